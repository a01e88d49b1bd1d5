import Kernel

/// Compares the gate with the record and repairs the gate, never the other way.
public struct ReconcileSale: Sendable {
    /// What it found and did.
    public struct Report: Hashable, Sendable {
        /// The record's epoch when it was read.
        public let epoch: String
        /// The gate's epoch; empty where it held nothing.
        public let gateEpoch: String
        /// Facts that the gate lacked.
        public let missingSold: Int
        /// Users at the limit that the gate lacked.
        public let missingFull: Int
        /// Units that the gate called sold though they are not: poison.
        public let wrongSold: [Int32]
        /// Users that the gate called full though they are not: poison.
        public let wrongFull: Int
        /// Whether the epoch was raised because of poison.
        public let epochRaised: Bool
        /// Whether the gate now holds what the record has.
        public let repaired: Bool

        /// Whether there was nothing to repair.
        public var isClean: Bool {
            epoch == gateEpoch && missingSold == 0 && missingFull == 0 && wrongSold.isEmpty && wrongFull == 0
        }
    }

    /// Why nothing could be compared.
    public enum Failure: Error, Sendable {
        /// There is no such sale.
        case saleNotFound
        /// The gate is away.
        case gateUnreachable
        /// The record is away.
        case store(StoreError)
    }

    let sales: any SaleRepository
    let gate: any GateStore

    /// Compares a gate with a repository.
    public init(sales: any SaleRepository, gate: any GateStore) {
        self.sales = sales
        self.gate = gate
    }

    /// Reads the gate first and the record after it, so that facts which arrive meanwhile do not look like poison.
    public func execute(_ id: SaleID, by actor: AuditActor) async throws(Failure) -> Report {
        guard let content = await gate.facts(of: id) else { throw .gateUnreachable }
        guard let facts = try await read(id) else { throw .saleNotFound }
        let isSameEpoch = content.epoch == facts.epoch.description
        let sold = facts.sold.units
        let full = Set(facts.full)
        let wrongSold = isSameEpoch ? Array(content.sold.subtracting(sold).numbers) : []
        let wrongFull = isSameEpoch ? content.full.subtracting(full).count : 0
        let isPoisoned = !wrongSold.isEmpty || wrongFull > 0
        let repaired = isPoisoned ? try await rebuild(id, by: actor) : await gate.open(facts) == .built
        return Report(
            epoch: facts.epoch.description,
            gateEpoch: content.epoch,
            missingSold: isSameEpoch ? sold.subtracting(content.sold).count : sold.count,
            missingFull: isSameEpoch ? full.subtracting(content.full).count : full.count,
            wrongSold: wrongSold,
            wrongFull: wrongFull,
            epochRaised: isPoisoned,
            repaired: repaired
        )
    }

    /// True poison: the epoch is raised, so that no instance believes the old facts, and the gate is built anew.
    private func rebuild(_ id: SaleID, by actor: AuditActor) async throws(Failure) -> Bool {
        do {
            try await sales.raiseGateEpoch(of: id, by: actor, reason: "the gate held facts that are not true")
        } catch { throw .store(error) }
        guard let facts = try await read(id) else { throw .saleNotFound }
        return await gate.open(facts) == .built
    }

    private func read(_ id: SaleID) async throws(Failure) -> SaleFacts? {
        do { return try await sales.facts(of: id, includingFullUsers: true) } catch { throw .store(error) }
    }
}
