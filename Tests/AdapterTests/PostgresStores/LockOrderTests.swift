import Kernel
import Postgres
import Sales
import Testing

@testable import PostgresStores

/// Two instances that want the same rows in opposite orders wait for each other in one order only.
@Suite struct LockOrderTests {
    @Test(arguments: [WriterConfiguration.Isolation.serializable, .readCommitted])
    func neverDeadlocks(_ isolation: WriterConfiguration.Isolation) async throws {
        try await StoreHarness.with(isolation: isolation) { store in
            let sale = try await store.makeSale(items: 2000)
            let (left, right) = (store.purchaseTransaction(), store.purchaseTransaction())
            let (leftCarts, rightCarts) = (store.checkoutTransaction(), store.checkoutTransaction())
            let shoppers = (1...8).map { "shopper \($0)" }
            for round in 0..<40 {
                let first = Int32(round * 20)
                // The same shoppers wish the same of both instances, there forwards and here backwards.
                func wishes() -> [CheckoutCommand] {
                    shoppers.enumerated().map { index, shopper in
                        .join(.of("\(shopper) of \(round)", first + Int32(index) + 1, in: sale))
                    }
                }
                async let forwards = leftCarts.settle(wishes())
                async let backwards = rightCarts.settle(wishes().reversed())
                let codes = await (forwards + backwards).compactMap(\.code)
                let requests = codes.map(PurchaseRequest.init)
                async let one = left.settle(requests)
                async let other = right.settle(requests.reversed())
                let outcomes = await one + other

                #expect(codes.count == 16 && Set(codes).count == 8)
                #expect(Set(outcomes.compactMap(\.text)).count == 8 && outcomes.count == 32)
            }
            try await store.change("SELECT pg_stat_force_next_flush()")

            #expect(try await store.number("SELECT count(*) FROM items WHERE sold") == 320)
            #expect(
                try await store.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0
            )
        }
    }
}

extension CheckoutCommandOutcome {
    fileprivate var code: CheckoutCode? { if case .joined(let checkout, _) = self { checkout.code } else { nil } }
}
