import Foundation
import TestSupport
import Testing

@Suite struct UserQuotaTests {
    @Test func holdsAUserToTheQuotaAndTellsWhereTheUserStands() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["RATE_LIMIT_PER_USER": "3/1h"])
        let sale = try await TestSale.make(service, items: 5)
        let shopper = try await service.client()
        try await makeKnown(sale, to: shopper)

        var answers: [Answer] = []
        for item in sale.items.prefix(4) { answers.append(try await shopper.checkout("anna", item)) }

        #expect(answers.map(\.status) == [200, 200, 200, 429])
        #expect(answers.allSatisfy { $0.header("ratelimit-policy") == #""user";q=3;w=3600"# })
        #expect(
            answers.map { $0.header("ratelimit")?.prefix(11) }
                == [2, 1, 0, 0].map { #""user";r=\#($0);t"# }.map { $0.prefix(11) }
        )
        let refused = try #require(answers.last)
        #expect(refused.code == "rate_limited" && refused.bool("retryable") == true)
        let wait = try #require(refused.header("retry-after").flatMap(Int.init))
        #expect((1100...1200).contains(wait))
        // Whoever asked too much is no attempt; others and those who buy are not held up.
        #expect(try await sale.export("attempts", from: service).filter { $0[1] == "anna" }.count == 3)
        #expect(try await shopper.checkout("ben", sale.items[4]).status == 200)
        #expect(try await shopper.purchase(try #require(answers[0].string("code"))).status == 200)
    }

    /// An instance looks for new sales once a second, and knows those that it has met.
    private func makeKnown(_ sale: TestSale, to shopper: ServiceClient) async throws {
        _ = try await shopper.checkout("somebody", try #require(sale.items.last))
    }

    @Test func countsOnWhileRedisIsAway() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["RATE_LIMIT_PER_USER": "3/1h"])
        let sale = try await TestSale.make(service, items: 5)
        let shopper = try await service.client()
        try await makeKnown(sale, to: shopper)
        for item in sale.items.prefix(2) { _ = try await shopper.checkout("anna", item) }

        try await stage.redis.stop()

        #expect(try await shopper.checkout("anna", sale.items[2]).status == 200)
        #expect(try await shopper.checkout("anna", sale.items[3]).status == 429)
    }

    @Test func givesMadeUpSalesNoQuotasOfTheirOwn() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["RATE_LIMIT_PER_USER": "3/1h"])
        let shopper = try await service.client()

        var statuses: [Int] = []
        for number in 1...4 { statuses.append(try await shopper.checkout("anna", "I-000000900\(number)-1").status) }

        #expect(statuses == [404, 404, 404, 429])
    }

    @Test func saysNothingOfQuotasWhereThereAreNone() async throws {
        let service = try await SharedService.shared()
        let answer = try await service.client().checkout("anna", "nothing")

        #expect(answer.status == 404)
        #expect(answer.header("ratelimit") == nil && answer.header("ratelimit-policy") == nil)
    }

    @Test func refusesAQuotaThatIsNone() async throws {
        let (code, output) = try await Tool.run(["check-config"], ["RATE_LIMIT_PER_USER": "20 per second"])

        #expect(code != 0)
        #expect(output.contains("RATE_LIMIT_PER_USER must be off, or like 20/10s"))
    }
}
