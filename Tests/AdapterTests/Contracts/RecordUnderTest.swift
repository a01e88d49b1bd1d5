import Kernel
import PostgresStores
import Sales

/// A record that the contract of the stores is put to, with transactions that act like separate instances.
protocol RecordUnderTest: Sendable {
    var sales: any SaleRepository { get }
    var checkouts: any CheckoutRepository { get }
    /// What was told to the gate.
    var factsTold: [CommittedFacts] { get }

    /// A transaction of another instance; `between` happens between its flushes.
    func checkoutTransaction(
        between: @escaping @Sendable () -> Void
    ) -> Instance<CheckoutCommand, CheckoutCommandOutcome>

    /// The same for purchases.
    func purchaseTransaction(between: @escaping @Sendable () -> Void) -> Instance<PurchaseRequest, PurchaseOutcome>

    /// A transaction whose next COMMIT meets a fault.
    func checkoutTransaction(
        meeting fault: CommitFault,
        between: @escaping @Sendable () -> Void
    ) throws -> Instance<CheckoutCommand, CheckoutCommandOutcome>

    /// The same for purchases.
    func purchaseTransaction(meeting fault: CommitFault) throws -> Instance<PurchaseRequest, PurchaseOutcome>

    /// Lets a flush arrive that was held up, and waits until the record has dealt with it.
    func letHeldFlushArrive() async throws

    /// Waits, or moves the record's clock, until a sale's window has closed; blocks.
    func waitUntilTheEnd(of sale: Sale)

    /// How many rows there are.
    func counts() async throws -> RecordCounts
}

/// What can happen to a COMMIT on its way.
enum CommitFault: Sendable {
    /// It is performed, and its answer lost.
    case loseReply
    /// It is held up, until it is let through.
    case holdRequest
}

/// How many rows a record has.
struct RecordCounts: Equatable, Sendable {
    var sold: Int64 = 0
    var purchases: Int64 = 0
    var checkouts: Int64 = 0
    var attempts: Int64 = 0
    var buyers: Int64 = 0
    /// What all buyers have bought.
    var bought: Int64 = 0
}

/// The records that have to act alike.
enum RecordKind: CaseIterable, Sendable {
    case serializable, readCommitted, pooled, inMemory

    func with(_ body: (any RecordUnderTest) async throws -> Void) async throws {
        switch self {
        case .serializable: try await StoreHarness.with(isolation: .serializable) { try await body($0) }
        case .readCommitted: try await StoreHarness.with(isolation: .readCommitted) { try await body($0) }
        case .pooled: try await StoreHarness.with(isPooled: true) { try await body($0) }
        case .inMemory: try await body(InMemoryHarness())
        }
    }
}

extension RecordUnderTest {
    func checkoutTransaction() -> Instance<CheckoutCommand, CheckoutCommandOutcome> { checkoutTransaction {} }

    func purchaseTransaction() -> Instance<PurchaseRequest, PurchaseOutcome> { purchaseTransaction {} }

    func checkoutTransaction(meeting fault: CommitFault) throws -> Instance<CheckoutCommand, CheckoutCommandOutcome> {
        try checkoutTransaction(meeting: fault) {}
    }

    /// A sale that runs now.
    func makeSale(items: Int32 = 20, limit: Int32 = 10, seconds: Int64 = 3600, grace: Int32 = 60) async throws -> Sale {
        let now = try await sales.now()
        let draft = SaleDraft(
            name: "test",
            startsAt: now.adding(seconds: -60),
            endsAt: now.adding(.milliseconds(seconds * 1000)),
            itemsPerUser: limit,
            graceSeconds: grace,
            afterEnd: .close,
            stock: .generated(items)
        )
        guard case .created(let sale) = try await sales.create(draft, by: AuditActor("test")) else {
            throw StoreError(.corrupt, "the sale was not created")
        }
        return sale
    }

    /// Controls a sale as an operator does.
    func control(_ command: ControlSale.Command, _ sale: Sale) async throws {
        _ = try await ControlSale(sales: sales).execute(command, on: sale.id, by: AuditActor("test"))
    }

    /// Ends a sale as an operator does.
    func end(_ sale: Sale) async throws { try await control(.end, sale) }

    /// The stored outcome of a code.
    func outcome(_ code: CheckoutCode) async throws -> StoredOutcome? {
        try await checkouts.outcome(code, by: .now + .seconds(10))
    }
}
