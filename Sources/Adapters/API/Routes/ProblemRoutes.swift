import HTTP

/// What a problem's `type` leads to: its meaning.
struct ProblemRoutes: Sendable {
    func register(in router: inout HTTPRouter) {
        router.on(.get, "/problems/{code}") { _, path in
            guard let kind = Problem.Kind(rawValue: path["code"]) else { return Problem(.notFound).response }
            var json = JSONWriter()
            json.object { json in
                json.member("code", kind.rawValue)
                json.member("title", kind.title)
                json.member("status", kind.status)
                json.member("retryable", kind.isRetryable)
            }
            return .json(json.bytes)
        }
    }
}
