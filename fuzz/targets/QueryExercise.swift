@testable import API
@testable import HTTP

/// Queries, forms and path parameters.
///
/// Whatever the bytes: what is decoded has no NUL, a form says the same as a query, and a route matches one way.
enum QueryExercise {
    private static let router: HTTPRouter = {
        var router = HTTPRouter()
        router.on(.get, "/a/{b}/c") { _, _ in HTTPResponse(status: 200) }
        router.on(.get, "/a/{b}") { _, _ in HTTPResponse(status: 200) }
        router.on(.get, "/a/b") { _, _ in HTTPResponse(status: 200) }
        return router
    }()

    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let target = HTTPTarget(parsing: text, method: .get) else { return }
        if case .found(_, let parameters) = router.match(.get, path: target.path), target.path != "/a/b" {
            check(parameters["b"])
        }
        let items = try? HTTPQueryItems(parsing: target.query)  // a refusal is as good as any
        for item in items ?? HTTPQueryItems.none {
            check(item.name)
            check(item.value)
        }
        compare(HTTPRequest(method: .post, target: "/?\(target.query)"), form(target.query))
    }

    private static func form(_ query: Substring) -> HTTPRequest {
        let type = ("Content-Type", "application/x-www-form-urlencoded")
        return HTTPRequest(method: .post, target: "/", headers: [type], body: Array(query.utf8))
    }

    /// The same parameters, from the query and from a form.
    private static func compare(_ query: HTTPRequest, _ form: HTTPRequest) {
        // A body that begins with a brace is JSON.
        guard form.body.first != UInt8(ascii: "{") else { return }
        for name in ["user_id", "item_id", "code"] {
            let fromQuery = Result { try Parameters(query).text(name) }
            let fromForm = Result { try Parameters(form).text(name) }
            switch (fromQuery, fromForm) {
            case (.success(let one), .success(let other)): precondition(one == other, "a form says something else")
            case (.failure, .failure): break
            default: preconditionFailure("a form is refused where the query is not, or the other way")
            }
        }
    }

    private static func check(_ text: String) {
        precondition(!text.utf8.contains(0), "NUL came through")
    }
}

extension HTTPQueryItems {
    fileprivate static var none: HTTPQueryItems {
        guard let none = try? HTTPQueryItems(parsing: "") else { preconditionFailure("no query is a query") }
        return none
    }
}
