import Kernel
import Sales
import Synchronization
import TestSupport

/// The record in memory, put to the contract of the real one.
final class InMemoryHarness: RecordUnderTest {
    private struct Link: RecordLink {
        let harness: InMemoryHarness
        let fault: CommitFault?
        let isSpent = Spent()
        let between: @Sendable () -> Void

        func connect() async -> Bool { true }

        func read<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer? { body() }

        func flush(_ body: @escaping @Sendable () -> FlushAnswer) async -> FlushAnswer? {
            between()
            guard let fault, isSpent.spend() else { return body() }
            switch fault {
            case .loseReply: _ = body()
            case .holdRequest: harness.held.withLock { $0.append(body) }
            }
            return nil
        }
    }

    /// Faults strike once.
    private final class Spent: Sendable {
        private let isSpent = Mutex(false)

        func spend() -> Bool {
            isSpent.withLock { isSpent in
                defer { isSpent = true }
                return !isSpent
            }
        }
    }

    private let record: InMemoryRecord
    private let skew: Skew
    private let gate = RecordingGate()
    private let held = Mutex<[@Sendable () -> FlushAnswer]>([])

    init() {
        let skew = Skew()
        self.skew = skew
        record = InMemoryRecord(clock: { skew.now })
    }

    var sales: any SaleRepository { record }
    var checkouts: any CheckoutRepository { record }
    var factsTold: [CommittedFacts] { gate.facts }

    func checkoutTransaction(
        between: @escaping @Sendable () -> Void
    ) -> Instance<CheckoutCommand, CheckoutCommandOutcome> {
        checkoutTransaction(Link(harness: self, fault: nil, between: between))
    }

    func purchaseTransaction(between: @escaping @Sendable () -> Void) -> Instance<PurchaseRequest, PurchaseOutcome> {
        purchaseTransaction(Link(harness: self, fault: nil, between: between))
    }

    func checkoutTransaction(
        meeting fault: CommitFault,
        between: @escaping @Sendable () -> Void
    ) -> Instance<CheckoutCommand, CheckoutCommandOutcome> {
        checkoutTransaction(Link(harness: self, fault: fault, between: between))
    }

    func purchaseTransaction(meeting fault: CommitFault) -> Instance<PurchaseRequest, PurchaseOutcome> {
        purchaseTransaction(Link(harness: self, fault: fault, between: {}))
    }

    func letHeldFlushArrive() async throws {
        let flushes = held.withLock { held in
            defer { held = [] }
            return held
        }
        for flush in flushes { _ = flush() }
    }

    func waitUntilTheEnd(of sale: Sale) { skew.advance(to: sale.endsAt) }

    func counts() async throws -> RecordCounts {
        let tables = record.tables
        return RecordCounts(
            sold: Int64(tables.units.values.count { $0.soldTo != nil }),
            purchases: Int64(tables.purchases.count),
            checkouts: Int64(tables.checkouts.count),
            attempts: Int64(tables.attempts.count),
            buyers: Int64(tables.buyers.count),
            bought: tables.buyers.values.reduce(0) { $0 + Int64($1.bought) }
        )
    }

    private func checkoutTransaction(_ link: Link) -> Instance<CheckoutCommand, CheckoutCommandOutcome> {
        let transaction = InMemoryCheckouts(record: record, link: link, knowledge: knowledge)
        return Instance(ThreadedTransaction { await transaction.attempt($0, isRerun: $1) })
    }

    private func purchaseTransaction(_ link: Link) -> Instance<PurchaseRequest, PurchaseOutcome> {
        let transaction = InMemoryPurchases(record: record, link: link, encoder: PlainEncoder(), knowledge: knowledge)
        return Instance(ThreadedTransaction { await transaction.attempt($0, isRerun: $1) })
    }

    private var knowledge: InMemoryKnowledge {
        InMemoryKnowledge(board: SaleBoard(), gate: gate, time: SystemTimeSource())
    }
}

/// A clock that can be moved on.
private final class Skew: Sendable {
    private static let zero = Timestamp(microseconds: 1_795_262_400_000_000)
    private let start = Instant.now
    private let skew = Mutex(Duration.zero)

    var now: Timestamp { Self.zero.adding(Instant.now - start).adding(skew.withLock { $0 }) }

    func advance(to time: Timestamp) {
        let rest = max(.zero, time.since(now))
        skew.withLock { $0 += rest }
    }
}

/// A transaction of the record in memory as a thread performs it: it never really waits.
private struct ThreadedTransaction<Request: Sendable, Outcome: Sendable>: BatchTransaction {
    let body: @Sendable ([Request], _ isRerun: Bool) async -> Attempt<Outcome>

    init(_ body: @escaping @Sendable ([Request], _ isRerun: Bool) async -> Attempt<Outcome>) { self.body = body }

    func attempt(_ batch: [Request], isRerun: Bool) -> Attempt<Outcome> {
        runHere { await body(batch, isRerun) }
    }
}
