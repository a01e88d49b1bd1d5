import Kernel
import Postgres
import Sales
import Testing

@testable import PostgresStores

@Suite struct SaleFactsTests {
    @Test func readsSoldItemsByTheThousandWithTheNamesOfImportedOnes() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale(items: 20_000)
            try await store.change("UPDATE items SET sold = true, sold_code = gen_random_uuid() WHERE item_no <> 9000")
            try await store.change("UPDATE items SET item_id = 'lamp' WHERE item_no = 9001")

            let facts = try #require(try await store.sales.facts(of: sale.id, includingFullUsers: true))

            #expect(facts.sold.count == 19_999)
            #expect(!facts.sold.units.contains(9000))
            let filter = facts.sold.filter(of: sale.id, capacity: 20_000)
            #expect(filter.mayContain("lamp".utf8))
            #expect(filter.mayContain(ItemID(generated: ItemKey(sale: sale.id, number: 20_000)).text.string.utf8))
            #expect(!filter.mayContain(ItemID(generated: ItemKey(sale: sale.id, number: 9001)).text.string.utf8))
            #expect(facts.full.isEmpty)
        }
    }

    @Test func namesUsersAtTheLimitOnlyWhereAsked() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale(limit: 1)
            let code = try await store.checkoutTransaction().fill("ann", [1], in: sale)
            _ = await store.purchaseTransaction().settle([PurchaseRequest(code)])

            let asked = try #require(try await store.sales.facts(of: sale.id, includingFullUsers: true))
            let unasked = try #require(try await store.sales.facts(of: sale.id, includingFullUsers: false))

            #expect(asked.full == [UserID(stored: "ann")])
            #expect(unasked.full.isEmpty)
        }
    }

    @Test func knowsNothingOfASaleThatIsNot() async throws {
        try await StoreHarness.with { store in
            let facts = try await store.sales.facts(of: SaleID(number: 99), includingFullUsers: true)

            #expect(facts == nil)
        }
    }
}
