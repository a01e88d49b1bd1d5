import Kernel
import Sales
import TestSupport

/// One instance's pools to the record: slow, or gone.
struct SimulatedRepository: SaleRepository, CheckoutRepository, SaleAuditor {
    let world: World
    let host: Host
    let dice: Dice

    func now() async throws(StoreError) -> Timestamp { try await run { $0.now } }

    func sale(_ id: SaleID, by deadline: Instant) async throws(StoreError) -> SaleSummary? {
        try await run { try await $0.sale(id, by: deadline) }
    }

    func activeSale(by deadline: Instant) async throws(StoreError) -> SaleSummary? {
        try await run { try await $0.activeSale(by: deadline) }
    }

    func sales(after cursor: SaleID?, limit: Int, by deadline: Instant) async throws(StoreError) -> [SaleSummary] {
        try await run { try await $0.sales(after: cursor, limit: limit, by: deadline) }
    }

    func liveSales() async throws(StoreError) -> LiveSales { try await run { try await $0.liveSales() } }

    func items(
        of sale: SaleID,
        after cursor: Int32,
        limit: Int,
        available: Bool,
        by deadline: Instant
    ) async throws(StoreError) -> [ListedItem] {
        try await run { try await $0.items(of: sale, after: cursor, limit: limit, available: available, by: deadline) }
    }

    func facts(of sale: SaleID, includingFullUsers: Bool) async throws(StoreError) -> SaleFacts? {
        try await run { try await $0.facts(of: sale, includingFullUsers: includingFullUsers) }
    }

    func create(_ draft: SaleDraft, by actor: AuditActor) async throws(StoreError) -> SaleCreation {
        try await run { try await $0.create(draft, by: actor) }
    }

    func update(
        _ id: SaleID,
        action: String,
        by actor: AuditActor,
        _ change: @escaping @Sendable (Sale, Timestamp) -> Result<Sale, SaleControlRefusal>
    ) async throws(StoreError) -> Result<Sale, SaleControlRefusal>? {
        try await run { try await $0.update(id, action: action, by: actor, change) }
    }

    func raiseGateEpoch(of id: SaleID, by actor: AuditActor, reason: String) async throws(StoreError) {
        try await run { try await $0.raiseGateEpoch(of: id, by: actor, reason: reason) }
    }

    func checkout(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> Checkout? {
        try await run { try await $0.checkout(code, by: deadline) }
    }

    func outcome(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> StoredOutcome? {
        try await run { try await $0.outcome(code, by: deadline) }
    }

    /// The witness looks the rows over after every commit; an audit adds only the gate to that.
    func violations(of sale: SaleID) async throws(StoreError) -> [Invariant: Int]? {
        try await run { $0.tables.sales[sale] == nil ? nil : [:] }
    }

    private func run<Answer: Sendable>(
        _ body: (InMemoryRecord) async throws -> Answer
    ) async throws(StoreError) -> Answer {
        guard await host.pass() else { throw StoreError(.unavailable, "the host is dead") }
        await travel()
        guard !world.isRecordAway, !dice.perMille(world.weather.readLost) else {
            await travel()
            throw StoreError(.unavailable, "the record is away")
        }
        let answer: Answer
        do { answer = try await body(world.record) } catch {
            throw StoreError(.corrupt, "the record in memory failed", underlying: error)
        }
        await travel()
        guard await host.pass() else { throw StoreError(.unavailable, "the host is dead") }
        return answer
    }

    private func travel() async {
        let isSlow = dice.perMille(world.weather.slow)
        await world.scheduler.sleep(dice.time(.microseconds(100), isSlow ? .milliseconds(700) : .milliseconds(2)))
    }
}

/// Imports, exports and reports take no part in the simulation.
struct NoTransport: ItemImports, SaleExports, SaleReports {
    private static let absent = StoreError(.unavailable, "not part of the simulation")

    func begin(into sale: SaleID) async throws(StoreError) -> ImportID { throw Self.absent }
    func stage(_ items: [ImportedLine], of id: ImportID) async throws(StoreError) { throw Self.absent }
    func finish(
        _ id: ImportID,
        count: Int,
        into sale: SaleID,
        by actor: AuditActor
    ) async throws(StoreError) -> ImportResult { throw Self.absent }
    func discard(_ id: ImportID) async {}
    func purchases(of sale: SaleID, after cursor: Int32, limit: Int) async throws(StoreError) -> [PurchasedItem] {
        throw Self.absent
    }
    func attempts(of sale: Sale, after cursor: UUIDv7?, limit: Int) async throws(StoreError) -> [CheckoutAttempt] {
        throw Self.absent
    }
    func report(on sale: SaleID) async throws(StoreError) -> SaleReport? { throw Self.absent }
}
