import HTTP
import Testing

@testable import API

/// Every operator route that the router knows, so that a new one cannot be forgotten.
@Suite struct OperatorDoorTests {
    private static let right = APIHarness.operatorToken

    @Test func opensEveryRouteForTheTokenAlone() async throws {
        try await APIHarness.with { harness in
            let router = harness.operators
            let routes = router.routes.filter { !Self.pages.contains($0.template) }
            #expect(
                routes.count >= 11
                    && routes.allSatisfy { $0.template.hasPrefix("/admin/") || $0.template == "/live/events" }
            )
            for route in routes {
                for tokens in Self.wrong {
                    let answer = await router.call(route.method, Self.target(route), bearer: tokens)
                    #expect(answer.status == 401, "\(route.method.token) \(route.template) \(tokens)")
                    #expect(answer.text == Self.refusal.text && answer.header("WWW-Authenticate") == "Bearer")
                }
                let answer = await router.call(route.method, Self.target(route), bearer: [Self.right])
                let good = route.template == "/live/events" ? [200] : [400, 404]
                #expect(good.contains(answer.status), "\(route.method.token) \(route.template)")
            }
        }
    }

    /// It once ended the service.
    @Test func saysThatThereIsNoSaleToImportInto() async throws {
        try await APIHarness.with { harness in
            let answer = await harness.operators.call(.post, "/admin/sales/S-0000009999/items", bearer: [Self.right])
            #expect(answer.status == 404 && answer.text == Problem(.saleNotFound).response.text)
        }
    }

    @Test func isNowhereOnThePublicPort() async throws {
        try await APIHarness.with { harness in
            let router = harness.shoppers()
            for route in harness.operators.routes where !route.template.hasPrefix("/assets/") {
                let isFound =
                    switch router.match(route.method, path: Self.target(route)[...]) {
                    case .notFound: false
                    default: true
                    }
                #expect(!isFound, "\(route.method.token) \(route.template)")
            }
        }
    }

    /// What a browser loads before it has a token; there is nothing in it.
    private static let pages = ["/live", "/assets/{version}/{folder}/{file}"]

    /// No token, wrong ones, one of another kind, nearly right ones, and two of which one is right.
    private static let wrong: [[String]] = [
        [], [""], ["x"], ["wrong-token-0123456789abc"], [String(right.dropLast())], [right + "x"],
        [right.uppercased()], [right + right], ["x" + right.dropFirst()], [right + " " + right],
        ["eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl"],
        [right, right], ["x", right], [String(repeating: right, count: 1000)],
    ]

    private static let refusal = Problem(.unauthenticated).response

    private static func target(_ route: HTTPRoute) -> String {
        route.template.replacing(#/\{\w+\}/#) { _ in "S-0000009999" }
    }
}
