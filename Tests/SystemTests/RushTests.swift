import Foundation
import TestSupport
import Testing

/// Everybody comes at once.
@Suite struct RushTests {
    @Test(arguments: ["serializable", "read_committed"])
    func sellsExactlyAllUnitsToTwoThousandUsersThroughTwoInstances(_ isolation: String) async throws {
        let stage = try await Stage.make()
        let first = try await stage.service(["PURCHASE_ISOLATION": isolation])
        let second = try await stage.service(["PURCHASE_ISOLATION": isolation])
        let sale = try await TestSale.make(first, items: 600)
        let crowd = Crowd(sale: sale, services: [first, second], users: 2000, connections: 40)

        let result = try await crowd.rush()
        let sold = try await sale.export("purchases", from: first)

        #expect(result.serverFailures == 0)
        #expect(sold.count == 600)
        #expect(Set(sold.map { $0[1] }).count == 600)
        let perUser = Dictionary(grouping: sold) { $0[2] }.mapValues(\.count)
        #expect(perUser.values.allSatisfy { $0 <= 10 })
        // Nothing acknowledged is missing, and nothing is there that was not acknowledged.
        #expect(Set(sold.map { "\($0[3]) \($0[1])" }) == result.acknowledged)
        let summary = try await second.client().get("/sales/\(sale.id)")
        #expect(summary.bool("sold_out") == true && summary.int("items_sold") == 600)
    }

    @Test func fortyCheckoutsOfOneUserAtOnceGiveOneCodeAndTenItems() async throws {
        let stage = try await Stage.make()
        let services = [try await stage.service(), try await stage.service()]
        let sale = try await TestSale.make(services[0], items: 40)

        let answers = try await Crowd.atOnce(40) { index in
            try await services[index % 2].client().checkout("anna", sale.items[index])
        }

        let accepted = answers.filter { $0.status == 200 }
        #expect(accepted.count == 10)
        #expect(Set(accepted.compactMap { $0.string("code") }).count == 1)
        #expect(answers.filter { $0.status != 200 }.allSatisfy { $0.code == "user_limit_exceeded" })
    }

    @Test func fortyPurchasesOfOneCodeAtOnceGiveOneOutcome() async throws {
        let stage = try await Stage.make()
        let services = [try await stage.service(), try await stage.service()]
        let sale = try await TestSale.make(services[0], items: 3)
        let shopper = try await services[0].client()
        _ = try await shopper.checkout("anna", sale.items[0])
        let code = try #require(try await shopper.checkout("anna", sale.items[1]).string("code"))

        let answers = try await Crowd.atOnce(40) { try await services[$0 % 2].client().purchase(code) }

        #expect(answers.allSatisfy { $0.status == 200 })
        #expect(Set(answers.map(\.text)).count == 1)
        #expect(try await sale.export("purchases", from: services[1]).count == 2)
    }

    @Test func racingRequestsOfOneUserNeverPassTheLimitAlsoRightAfterFlushall() async throws {
        let stage = try await Stage.make()
        let services = [try await stage.service(), try await stage.service()]
        let sale = try await TestSale.make(services[0], items: 60, members: #","items_per_user":5"#)

        for round in 0..<3 {
            if round > 0 { try await stage.redis.flush() }
            let carts = try await Crowd.atOnce(30) { index in
                try await services[index % 2].client().checkout("anna", sale.items[(round * 20 + index) % 60])
            }
            let codes = Set(carts.compactMap { $0.string("code") }.filter { $0.hasPrefix("CHK-") })
            _ = try await Crowd.atOnce(10) { index in
                try await services[index % 2].client().purchase(codes.randomElement() ?? "CHK-none")
            }
        }

        let sold = try await sale.export("purchases", from: services[0])
        #expect(sold.count == 5)
        #expect(sold.allSatisfy { $0[2] == "anna" })
    }

    @Test func sellsTheLastUnitOfATenThousandItemSale() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["BLOOM_REBUILD_SECONDS": "1"])
        let sale = try await TestSale.make(service, items: 10_000, members: #","items_per_user":10000"#)
        try await stage.sellAllBut(sale, last: 10_000)
        let shopper = try await service.client()

        let refused = try await shopper.checkout("anna", sale.items[4711])
        let joined = try await shopper.checkout("anna", sale.items[9_999])
        let bought = try await shopper.purchase(try #require(joined.string("code")))

        #expect(refused.code == "item_already_sold")
        #expect(bought.int("total_purchased") == 1)
        var summary = try await shopper.get("/sales/\(sale.id)")
        for _ in 0..<100 where summary.bool("sold_out") != true {
            try await Task.sleep(for: .milliseconds(30))
            summary = try await shopper.get("/sales/\(sale.id)")
        }
        #expect(summary.int("items_sold") == 10_000 && summary.bool("sold_out") == true)
    }

    @Test func sellsExactlyAllUnitsWithAFilterThatAnswersYesForEverything() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["BLOOM_REBUILD_SECONDS": "3600"])
        let sale = try await TestSale.make(service, items: 60)
        try await stage.publishSaturatedFilter(of: sale)
        let second = try await stage.service(["BLOOM_REBUILD_SECONDS": "3600"])
        try await stage.untilFilterIsLoaded(by: second)
        let crowd = Crowd(sale: sale, services: [second], users: 100, connections: 10)

        let result = try await crowd.rush()

        #expect(result.serverFailures == 0 && result.acknowledged.count == 60)
        #expect(try await sale.export("purchases", from: second).count == 60)
    }
}
