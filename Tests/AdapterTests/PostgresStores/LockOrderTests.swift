import Dispatch
import Kernel
import Postgres
import Sales
import Synchronization
import Testing

@testable import PostgresStores

/// Two instances that want the same rows in opposite orders wait for each other in one order only.
@Suite struct LockOrderTests {
    private static let shoppers = 250

    @Test(arguments: [WriterConfiguration.Isolation.serializable, .readCommitted])
    func neverDeadlocks(_ isolation: WriterConfiguration.Isolation) async throws {
        try await StoreHarness.with(isolation: isolation) { store in
            // A deadlock shall be told as one, before the writers' lock_timeout hides it.
            try await store.change(
                """
                DO $$ BEGIN
                    EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''10ms''', current_database());
                END $$
                """
            )
            let sale = try await store.makeSale(items: 2500)
            try await Self.collide(in: sale, store)
            try await store.untilWritersHaveLeft()

            #expect(try await store.number("SELECT count(*) FROM items WHERE sold") == 2000)
            #expect(
                try await store.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0
            )
        }
    }

    /// Eight times, the same shoppers wish and buy the same at both instances, there forwards and here backwards.
    private static func collide(in sale: Sale, _ store: StoreHarness) async throws {
        let meeting = Meeting()
        let left = store.purchaseTransaction(between: meeting.meet)
        let right = store.purchaseTransaction(between: meeting.meet)
        let (leftCarts, rightCarts) = (store.checkoutTransaction(), store.checkoutTransaction())
        for round in 0..<8 {
            func wishes() -> [CheckoutCommand] {
                (1...shoppers).map { shopper in
                    .join(.of("\(shopper) of \(round)", Int32(round * shoppers + shopper), in: sale))
                }
            }
            async let forwards = leftCarts.settle(wishes())
            async let backwards = rightCarts.settle(wishes().reversed())
            let (codes, again) = await (forwards.compactMap(\.code), backwards.compactMap(\.code))
            let requests = codes.map(PurchaseRequest.init)
            meeting.arrange()
            async let one = left.settle(requests)
            async let other = right.settle(requests.reversed())
            let outcomes = await one + other

            #expect(codes.count == shoppers && again == codes.reversed())
            #expect(outcomes.count == 2 * shoppers && Set(outcomes.compactMap(\.text)).count == shoppers)
        }
    }
}

/// Lets two threads go on together, once each time it is arranged.
private final class Meeting: Sendable {
    private let expected = Mutex(0)
    private let isComplete = DispatchSemaphore(value: 0)

    func arrange() { expected.withLock { $0 = 2 } }

    /// Waits for the other thread, a second at most; passes where nothing is arranged.
    func meet() {
        let missing = expected.withLock { expected -> Int? in
            guard expected > 0 else { return nil }
            expected -= 1
            return expected
        }
        if missing == 0 { isComplete.signal() }
        if missing == 1 { _ = isComplete.wait(timeout: .now() + 1) }
    }
}

extension CheckoutCommandOutcome {
    fileprivate var code: CheckoutCode? { if case .joined(let checkout, _) = self { checkout.code } else { nil } }
}

extension StoreHarness {
    /// Waits until the writers' sessions have ended: then the server has counted what they met.
    fileprivate func untilWritersHaveLeft() async throws {
        for _ in 0..<200 {
            if try await number(Self.writers) == 0 { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw StoreError(.timedOut, "writers' sessions are still there")
    }

    private static let writers = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'flashsale %'
        """
}
