import Kernel
import Postgres
import Sales
import Testing

@testable import PostgresStores

/// Each way in which a record can be wrong, planted by hand, and that nothing else is reported for it.
@Suite struct SaleAuditorTests {
    /// A change that breaks exactly these invariants; constraints that would refuse it are dropped first.
    struct Damage: Sendable, CustomTestStringConvertible {
        let sql: [String]
        let breaks: [Invariant: Int]

        var testDescription: String { breaks.keys.map(\.rawValue).sorted().joined(separator: " and ") }
    }

    static let damages = [
        Damage(sql: ["UPDATE sales SET total_items = total_items + 2"], breaks: [.stock: 2]),
        Damage(
            sql: ["UPDATE items SET sold = true, sold_code = gen_random_uuid() WHERE item_no = 20"],
            breaks: [.soldUnit: 1]
        ),
        Damage(
            sql: ["UPDATE items SET sold = true, sold_code = (SELECT code FROM purchases) WHERE item_no = 20"],
            breaks: [.soldUnit: 1, .buyerTotal: 1]
        ),
        Damage(
            sql: ["UPDATE items SET sold = false, sold_code = NULL WHERE item_no = 1"],
            breaks: [.buyerTotal: 1]
        ),
        Damage(
            sql: ["UPDATE items SET sold = false, sold_code = NULL"],
            breaks: [.outcome: 1, .buyerTotal: 1]
        ),
        Damage(sql: ["UPDATE purchases SET status = 409"], breaks: [.soldUnit: 2, .outcome: 1]),
        // Together they still have two.
        Damage(sql: ["UPDATE buyers SET bought = 1"], breaks: [.buyerTotal: 2]),
        Damage(sql: ["UPDATE buyers SET bought = 1 WHERE user_id = 'ann'"], breaks: [.buyerTotal: 1]),
        Damage(sql: ["DELETE FROM buyers WHERE user_id = 'ann'"], breaks: [.buyerTotal: 1]),
        Damage(
            sql: [
                "ALTER TABLE buyers DROP CONSTRAINT buyers_limit",
                "UPDATE buyers SET cart = '{5,6,7,8}' WHERE user_id = 'bob'",
            ],
            breaks: [.userLimit: 1]
        ),
        Damage(
            sql: ["UPDATE buyers SET open_code = gen_random_uuid() WHERE user_id = 'bob'"],
            breaks: [.openCode: 1]
        ),
        Damage(
            sql: ["UPDATE buyers SET open_code = (SELECT code FROM purchases) WHERE user_id = 'ann'"],
            breaks: [.openCode: 1]
        ),
    ]

    @Test func findsNothingWrongWithASaleAsItIs() async throws {
        try await Self.withSale { store, sale, auditor in
            let violations = try await auditor.violations(of: sale.id)
            let ofNoSale = try await auditor.violations(of: SaleID(number: 99))

            #expect(violations == [:])
            #expect(ofNoSale == nil)
        }
    }

    @Test(arguments: damages) func findsWhatIsWrong(_ damage: Damage) async throws {
        try await Self.withSale { store, sale, auditor in
            for sql in damage.sql { try await store.change(sql) }

            let violations = try await auditor.violations(of: sale.id)

            #expect(violations == damage.breaks)
        }
    }

    /// A sale of 20 with a limit of 3: ann has bought items 1 and 2, bob has chosen item 3.
    private static func withSale(
        _ body: (StoreHarness, Sale, PostgresSaleAuditor) async throws -> Void
    ) async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale(limit: 3)
            let checkouts = store.checkoutTransaction()
            let code = try await checkouts.fill("ann", [1, 2], in: sale)
            _ = await store.purchaseTransaction().settle([PurchaseRequest(code)])
            _ = try await checkouts.fill("bob", [3], in: sale)
            let pool = RecordPool(store.pool, limit: .seconds(30))
            try await body(store, sale, PostgresSaleAuditor(changes: pool))
        }
    }
}
