import Kernel
import Logging
import Postgres
import Sales
import Synchronization
import TestSupport

@testable import PostgresStores

/// A fresh database with the schema, its repositories, and transactions that act like separate instances.
final class StoreHarness: Sendable {
    let url: String
    let pool: PostgresPool
    let sales: any SaleRepository
    let checkouts: any CheckoutRepository
    let imports: PostgresItemImports
    let exports: PostgresSaleExports
    let board = SaleBoard()
    let gate = RecordingGate()
    let isolation: WriterConfiguration.Isolation
    /// Proxies in front of the server, for faults.
    let proxies = Mutex<[FaultProxy]>([])

    /// PgBouncer in front of the server, where transactions go by way of one.
    private let pooler: TestPgBouncer?

    private init(url: String, isolation: WriterConfiguration.Isolation, pooler: TestPgBouncer?) {
        self.url = url
        self.pooler = pooler
        self.isolation = isolation
        pool = PostgresPool(PostgresPoolConfiguration(connection: Self.server(url, pooler), size: 3))
        let records = RecordPool(pool, limit: .seconds(30))
        sales = PostgresSaleRepository(reads: records, changes: records)
        checkouts = PostgresCheckoutRepository(reads: records)
        imports = PostgresItemImports(changes: records)
        exports = PostgresSaleExports(changes: records)
    }

    /// So many at once that the server accepts a connection within a writer's two seconds.
    private static let turnstile = Turnstile(4)

    /// Runs `body` with a harness on a database of its own, when it is its turn.
    static func with(
        isolation: WriterConfiguration.Isolation = .serializable,
        on server: TestPostgres? = nil,
        isPooled: Bool = false,
        _ body: (StoreHarness) async throws -> Void
    ) async throws {
        await turnstile.enter()
        defer { turnstile.leave() }
        let shared = try await TestPostgres.shared()
        let database = try await (server ?? shared).makeDatabase()
        let pooler = isPooled ? try await TestPgBouncer(for: database, sessions: 8) : nil
        let url = pooler?.url(of: database) ?? database
        let connection = try PostgresConnection(self.server(url, pooler), deadline: .now + .seconds(10))
        _ = try Migrator(connection: connection).migrate()
        connection.close()
        let harness = StoreHarness(url: url, isolation: isolation, pooler: pooler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await harness.pool.run() }
            defer {
                group.cancelAll()
                for proxy in harness.proxies.withLock({ $0 }) { proxy.stop() }
            }
            try await body(harness)
        }
    }

    /// A transaction of another instance: its own connection; `decide` may let things happen between the flushes.
    func checkoutTransaction(
        url: String? = nil,
        between: @escaping @Sendable () -> Void = {}
    ) -> Instance<CheckoutCommand, CheckoutCommandOutcome> {
        Instance(
            PostgresCheckoutTransaction(configuration(url), knowledge: knowledge, log: Logger(label: "test")) {
                between()
                return CheckoutDecision.decide($0, $1)
            }
        )
    }

    /// The same for purchases.
    func purchaseTransaction(
        url: String? = nil,
        between: @escaping @Sendable () -> Void = {}
    ) -> Instance<PurchaseRequest, PurchaseOutcome> {
        Instance(
            PostgresPurchaseTransaction(
                configuration(url),
                encoder: PlainEncoder(),
                knowledge: knowledge,
                log: Logger(label: "test")
            ) {
                between()
                return PurchaseDecision.decide($0, $1)
            }
        )
    }

    func configuration(_ url: String? = nil) -> WriterConfiguration {
        var configuration = WriterConfiguration(postgres: Self.server(url ?? self.url, pooler))
        configuration.purchaseIsolation = isolation
        configuration.requiresDurability = false
        return configuration
    }

    var isPooled: Bool { pooler != nil }

    private static func server(_ url: String, _ pooler: TestPgBouncer?) -> PostgresConfiguration {
        let server = PostgresConfiguration(url: url, isPooled: pooler != nil)
        return pooler == nil ? server : RecordFence(log: Logger(label: "test")).guarding(server)
    }

    var knowledge: BatchKnowledge { BatchKnowledge(board: board, gate: gate, time: SystemTimeSource()) }

    /// Changes the record behind everybody's back.
    func change(_ sql: String) async throws {
        try await pool.withConnection(deadline: .now + .seconds(10)) { connection in
            _ = try connection.query(PostgresStatement(name: "", sql), PostgresParameters(), within: .seconds(10))
        }
    }

    /// One number that a statement gives.
    func number(_ sql: String) async throws -> Int64 {
        try await pool.withConnection(deadline: .now + .seconds(10)) { connection in
            let statement = PostgresStatement(name: "", "SELECT (\(sql))::int8")
            return try connection.query(statement, PostgresParameters(), within: .seconds(10))[0].int64(0)
        }
    }
}

/// A gate that only writes down what it is told.
final class RecordingGate: CheckoutGate {
    private let seen = Mutex<[CommittedFacts]>([])

    var facts: [CommittedFacts] { seen.withLock { $0 } }

    func admit(_ user: UserID, _ item: ItemKey, epoch: GateEpoch) async -> Admission { .cold }

    func observe(_ facts: [CommittedFacts]) { seen.withLock { $0 += facts } }
}

/// Renders an outcome as text.
struct PlainEncoder: OutcomeEncoder {
    func encode(_ purchase: Purchase) -> StoredOutcome {
        let items = purchase.items.map(\.id.description).joined(separator: ",")
        let failures = purchase.failures.map { "\($0.id)=\($0.reason.rawValue)" }.joined(separator: ",")
        return StoredOutcome(
            status: purchase.items.isEmpty ? 409 : 200,
            body: Array("\(purchase.code)|\(items)|\(failures)".utf8)
        )
    }
}

extension CheckoutRequest {
    /// A wish with a fresh attempt id and secret.
    static func of(_ user: String, _ number: Int32, in sale: Sale) -> CheckoutRequest {
        let random = SystemRandomSource()
        let key = ItemKey(sale: sale.id, number: number)
        return CheckoutRequest(
            attemptID: UUIDv7(time: sale.createdAt, sequence: random.next(), random: random.next()),
            userID: UserID(stored: user),
            itemID: ItemID(generated: key),
            item: key,
            sale: nil,
            secret: CodeSecret(at: sale.createdAt, from: random)
        )
    }
}

extension Instance<CheckoutCommand, CheckoutCommandOutcome> {
    /// Puts items into the user's cart, and returns the code.
    func fill(_ user: String, _ numbers: [Int32], in sale: Sale) async throws -> CheckoutCode {
        let outcomes = await settle(numbers.map { .join(.of(user, $0, in: sale)) })
        guard case .joined(let checkout, _)? = outcomes.last else {
            throw StoreError(.corrupt, "not joined: \(outcomes)")
        }
        return checkout.code
    }
}

extension PurchaseRequest {
    init(_ code: CheckoutCode) { self.init(code: code, lock: nil) }
}

extension PurchaseOutcome {
    /// The stored text, for comparisons.
    var text: String? {
        if case .decided(let outcome, _) = self { String(decoding: outcome.body, as: UTF8.self) } else { nil }
    }
}
