import HTTP
import TestSupport
import Testing

@Suite struct HTTPRouterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let method: HTTPMethod
        let path: String
        let result: String
        var testDescription: String { "\(method.token) \(path)" }
    }

    private static let router: HTTPRouter = {
        var router = HTTPRouter()
        let answer: HTTPHandler = { _, _ in HTTPResponse(status: 200) }
        router.on(.get, "/", handler: answer)
        router.on(.post, "/checkout", handler: answer)
        router.on(.get, "/items", handler: answer)
        router.on(.get, "/items/{id}", handler: answer)
        router.on(.delete, "/items/{id}", handler: answer)
        router.on(.get, "/items/all", handler: answer)
        router.on(.post, "/checkouts/{code}/items/{item_id}", handler: answer)
        return router
    }()

    @Test(arguments: [
        Case(method: .get, path: "/", result: "/"),
        Case(method: .post, path: "/checkout", result: "/checkout"),
        Case(method: .post, path: "/checkout/", result: "404"),
        Case(method: .post, path: "//checkout", result: "404"),
        Case(method: .post, path: "/Checkout", result: "404"),
        Case(method: .post, path: "/%63heckout", result: "404"),
        Case(method: .get, path: "/checkout", result: "405 OPTIONS, POST"),
        Case(method: .options, path: "/checkout", result: "204 OPTIONS, POST"),
        Case(method: .head, path: "/items", result: "/items"),
        Case(method: .get, path: "/items/7", result: "/items/{id} 7"),
        Case(method: .head, path: "/items/7", result: "/items/{id} 7"),
        Case(method: .delete, path: "/items/7", result: "/items/{id} 7"),
        Case(method: .put, path: "/items/7", result: "405 DELETE, GET, HEAD, OPTIONS"),
        Case(method: .get, path: "/items/all", result: "/items/all"),
        Case(method: .get, path: "/items/", result: "404"),
        Case(method: .get, path: "/items/7/", result: "404"),
        Case(method: .get, path: "/items/a%20b+c", result: "/items/{id} a b+c"),
        Case(method: .get, path: "/items/a%2Fb", result: "/items/{id} a/b"),
        Case(method: .get, path: "/items/%ff", result: "400 id"),
        Case(method: .get, path: "/items/%0", result: "400 id"),
        Case(method: .get, path: "/items/%00", result: "400 id"),
        Case(method: .post, path: "/checkouts/c1/items/9", result: "/checkouts/{code}/items/{item_id} c1 9"),
        Case(method: .post, path: "/checkouts//items/9", result: "404"),
        Case(method: .post, path: "/checkouts/c1/items", result: "404"),
        Case(method: .other("PURGE"), path: "/", result: "405 GET, HEAD, OPTIONS"),
        Case(method: .options, path: "*", result: "204 DELETE, GET, HEAD, OPTIONS, POST"),
    ])
    func matches(_ example: Case) {
        let match = Self.router.match(example.method, path: example.path[...])

        #expect(Self.describe(match) == example.result)
    }

    private static func describe(_ match: HTTPRouter.Match) -> String {
        func list(_ methods: [HTTPMethod]) -> String { methods.map(\.token).joined(separator: ", ") }
        switch match {
        case .found(let route, let parameters):
            let names = route.template.split(separator: "/").filter { $0.first == "{" }.map {
                $0.dropFirst().dropLast()
            }
            return ([route.template] + names.map { parameters[String($0)] }).joined(separator: " ")
        case .options(let allow): return "204 \(list(allow))"
        case .methodNotAllowed(let allow): return "405 \(list(allow))"
        case .notFound: return "404"
        case .malformed(let error): return "400 \(error.parameter)"
        }
    }
}
