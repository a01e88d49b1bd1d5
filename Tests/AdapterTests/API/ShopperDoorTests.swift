import HTTP
import Kernel
import RedisStores
import Sales
import TestSupport
import Testing

@testable import API

/// Every shopper route that the router knows, with and without tokens, for own, foreign and absent codes.
@Suite struct ShopperDoorTests {
    private static let now = ShopperTokensTests.now
    /// What anybody may read; a new route that is not listed here has to ask for a token.
    private static let open: Set = [
        "/sales", "/sales/active", "/sales/{sale_id}", "/sales/{sale_id}/items", "/sales/{sale_id}/events",
        "/sales/{sale_id}/availability", "/images/{file}", "/problems/{code}",
        "/health", "/health/live", "/health/ready", "/metrics", "/", "/assets/{version}/{folder}/{file}",
    ]

    @Test func asksForATokenWhereverSomebodysCodeOrCartIsTouched() async throws {
        try await withShop { shop in
            let expired = try shop.mint.token(for: "anna", until: Self.now)
            let foreign = try await TokenMint("other").token(for: "anna", until: Self.now + 60)
            for route in shop.router.routes {
                let name = "\(route.method.token) \(route.template)"
                let target = shop.target(of: route, code: shop.absent)
                for bearer in [
                    [], [""], ["x"], [APIHarness.operatorToken], [expired], [foreign], [shop.anna, shop.anna],
                ] {
                    let answer = await shop.router.call(route.method, target, bearer: bearer)
                    #expect((answer.status == 401) != Self.open.contains(route.template), "\(name) \(bearer)")
                    if answer.status == 401 {
                        #expect(answer.text == Problem(.unauthenticated).response.text)
                        #expect(answer.header("WWW-Authenticate") == "Bearer")
                    }
                }
                #expect(await shop.router.call(route.method, target, bearer: [shop.anna]).status != 401, "\(name)")
            }
            #expect(Self.open.isSubset(of: shop.router.routes.map(\.template)))
        }
    }

    @Test func believesTheUserWhereThereAreNoKeys() async throws {
        try await withShop { shop in
            let router = shop.harness.shoppers()
            let target = "/checkout?user_id=carl&item_id=\(shop.item(5))"

            #expect(await router.call(.post, target).status == 200)
            #expect(await router.call(.post, target, bearer: ["nonsense"]).status == 200)
            #expect(await router.call(.get, "/checkouts/\(shop.openCode)").status == 200)
        }
    }

    @Test func letsNobodyFillTheCartOfSomebodyElse() async throws {
        try await withShop { shop in
            let anna = "/checkout?user_id=anna&item_id=\(shop.item(6))"
            let refused = await shop.router.call(.post, anna, bearer: [shop.ben])
            #expect(refused.status == 403 && refused.text.contains(#""code":"forbidden""#))
            #expect(shop.harness.calls.take() == [])

            #expect(await shop.router.call(.post, anna, bearer: [shop.anna]).status == 200)
            let body = #"{"user_id":"ben","item_id":"\#(shop.item(6))"}"#
            #expect(await shop.router.call(.post, "/checkout", bearer: [shop.anna], body: body).status == 403)
            #expect(await shop.router.call(.post, "/checkout", bearer: [shop.ben], body: body).status == 200)
            // What is wrong with a request is said before whose it is, and nothing before who asks.
            let faulty = "/checkout?user_id=anna"
            #expect(await shop.router.call(.post, faulty, bearer: [shop.ben]).status == 400)
            #expect(await shop.router.call(.post, faulty).status == 401)
        }
    }

    @Test func servesOwnersTheirCodes() async throws {
        try await withShop { shop in
            let calls = Self.calls(shop)
            let own = await shop.answers(to: calls(shop.openCode), as: shop.anna)
            #expect(own.map(\.status) == [200, 404, 200, 200, 200])
            let again = await shop.answers(to: calls(shop.openCode), as: shop.anna)
            #expect(again.map(\.status) == [200, 200, 200, 200, 200])
            #expect(own[3].text == again[3].text && again[3].header("Idempotent-Replayed") == "true")
            #expect(again[1].text == own[3].text)
        }
    }

    /// Nobody learns from an answer, nor from what it took, whether a code exists that is not theirs.
    @Test func answersForeignCodesLikeAbsentOnes() async throws {
        try await withShop { shop in
            let calls = Self.calls(shop)
            let absent = calls(shop.absent)
            for index in absent.indices {
                var expected: Seen?
                // Twice each: what an instance remembers of a code must not tell either.
                for code in [shop.absent, shop.absent, shop.openCode, shop.openCode, shop.done, shop.done] {
                    let seen = await shop.see(calls(code)[index], as: shop.ben)
                    #expect(seen.status == 404)
                    #expect(seen == expected ?? seen, "\(calls(code)[index])")
                    expected = seen
                }
            }
            // And nothing has happened to them.
            #expect(
                await shop.router.call(.get, "/checkouts/\(shop.openCode)", bearer: [shop.anna]).text.contains("open")
            )
        }
    }

    /// The owner's purchase is under way: others must not see that either.
    @Test func hidesThatAForeignCodeIsBeingDecided() async throws {
        try await withShop { shop in
            let code = try #require(try CheckoutCode.read(shop.openCode))
            let epoch = try await shop.harness.openGate(of: shop.sale)
            let gate = shop.harness.gate.gates.purchase
            #expect(await gate.begin(code, lock: LockToken(value: 1), epoch: epoch) == .locked)

            let absent = await shop.see((.get, "/purchases/\(shop.absent)"), as: shop.ben)
            #expect(await shop.see((.get, "/purchases/\(shop.openCode)"), as: shop.ben) == absent)
            _ = await gate.begin(code, lock: LockToken(value: 2), epoch: epoch)  // should it have expired
            #expect(await shop.router.call(.get, "/purchases/\(shop.openCode)", bearer: [shop.anna]).status == 202)
        }
    }

    private typealias Call = (method: HTTPMethod, target: String)

    /// Every call that names a code.
    private static func calls(_ shop: TokenShop) -> @Sendable (String) -> [Call] {
        { code in
            [
                (.get, "/checkouts/\(code)"), (.get, "/purchases/\(code)"),
                (.delete, "/checkouts/\(code)/items/\(shop.item(2))"), (.post, "/purchase?code=\(code)"),
                (.get, "/purchases/\(code)"),
            ]
        }
    }

    /// What somebody gets to see, and what it took.
    fileprivate struct Seen: Equatable {
        let status: Int
        let headers: [String]
        let body: String
        let calls: [String]
    }

    private func withShop(_ body: @Sendable @escaping (TokenShop) async throws -> Void) async throws {
        try await APIHarness.with { harness in try await body(try await TokenShop.make(harness)) }
    }
}

/// A sale in which anna has an open code and a redeemed one, and ben may try.
private struct TokenShop: Sendable {
    let harness: APIHarness
    let router: HTTPRouter
    let mint: TokenMint
    let anna: String
    let ben: String
    let sale: Sale
    let openCode: String
    let done: String

    /// A code that nobody has, of the same sale.
    var absent: String {
        CheckoutCode(sale: sale.id, secret: CodeSecret(storedHigh: 5, low: 77)).description
    }

    func item(_ number: Int32) -> String { ItemID(generated: ItemKey(sale: sale.id, number: number)).description }

    static func make(_ harness: APIHarness) async throws -> TokenShop {
        let now = ShopperTokensTests.now
        let mint = try await TokenMint("a")
        let keys = try ShopperKeys(jwks: Array(TokenMint.set(mint).utf8))
        let tokens = try await ShopperTokens(keys, rules: .init()) { Timestamp(microseconds: Int64(now) * 1_000_000) }
        let router = harness.shoppers(tokens: tokens)
        let anna = try mint.token(for: "anna", until: now + 60)
        let sale = try await harness.store.makeSale()
        try await harness.sales.refreshSaleBoard.execute()
        func join(_ number: Int32) async throws -> String {
            let item = ItemID(generated: ItemKey(sale: sale.id, number: number))
            let answer = await router.call(.post, "/checkout?user_id=anna&item_id=\(item)", bearer: [anna])
            guard case .string(let code)? = try JSONValue(Array(answer.text.utf8)).object?["code"] else {
                throw StoreError(.corrupt, "no code: \(answer.text)")
            }
            return code
        }
        let done = try await join(1)
        _ = await router.call(.post, "/purchase?code=\(done)", bearer: [anna])
        _ = try await join(2)
        let openCode = try await join(3)
        _ = harness.calls.take()
        return TokenShop(
            harness: harness,
            router: router,
            mint: mint,
            anna: anna,
            ben: try mint.token(for: "ben", until: now + 60),
            sale: sale,
            openCode: openCode,
            done: done
        )
    }

    func target(of route: HTTPRoute, code: String) -> String {
        route.template.replacing("{sale_id}", with: "S-0000009999").replacing("{code}", with: code)
            .replacing("{item_id}", with: item(1)).replacing("{file}", with: "a.svg")
    }

    func answers(to calls: [(method: HTTPMethod, target: String)], as token: String) async -> [HTTPResponse] {
        var answers: [HTTPResponse] = []
        for call in calls { answers.append(await router.call(call.method, call.target, bearer: [token])) }
        return answers
    }

    func see(_ call: (method: HTTPMethod, target: String), as token: String) async -> ShopperDoorTests.Seen {
        _ = harness.calls.take()
        let answer = await router.call(call.method, call.target, bearer: [token])
        let headers = ([answer.contentType].compactMap { $0 } + answer.headers).map { "\($0.name): \($0.value)" }
        return .init(status: answer.status, headers: headers, body: answer.text, calls: harness.calls.take())
    }
}
