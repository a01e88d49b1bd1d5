import HTTP

/// How the service is, as far as it can tell.
public struct Health: Sendable {
    /// Whether this instance accepts work: it is not draining and knows the sales.
    public var isReady: Bool
    /// Whether PostgreSQL answers; without it nothing can be sold.
    public var isPostgresUp: Bool
    /// Whether Redis answers; without it selling goes on.
    public var isRedisUp: Bool
    /// Seconds since the start.
    public var uptimeSeconds: Int64

    /// Puts a health together from its parts.
    public init(isReady: Bool, isPostgresUp: Bool, isRedisUp: Bool, uptimeSeconds: Int64) {
        self.isReady = isReady
        self.isPostgresUp = isPostgresUp
        self.isRedisUp = isRedisUp
        self.uptimeSeconds = uptimeSeconds
    }

    var status: String {
        if !isPostgresUp { return "unhealthy" }
        return isRedisUp ? "healthy" : "degraded"
    }
}

/// Whether the service lives, may get traffic, and can sell; and its metrics.
struct HealthRoutes: Sendable {
    let version: String
    let health: @Sendable () async -> Health
    let metrics: @Sendable (MetricsFormat) async -> [UInt8]

    func register(in router: inout HTTPRouter) {
        let options = HTTPRouteOptions(isExempt: true)
        router.on(.get, "/health", options: options) { _, _ in
            let health = await health()
            return answer(health, isGood: health.isPostgresUp)
        }
        router.on(.get, "/health/ready", options: options) { _, _ in
            let health = await health()
            return answer(health, isGood: health.isPostgresUp && health.isReady)
        }
        router.on(.get, "/health/live", options: options) { _, _ in .json(Array(#"{"status":"alive"}"#.utf8)) }
        router.on(.get, "/metrics", options: options) { request, _ in
            let format = MetricsFormat(accept: request.headers("Accept"))
            return HTTPResponse(
                status: 200,
                contentType: format.contentType,
                headers: [Self.varies],
                body: await metrics(format)
            )
        }
    }

    private static let varies = HTTPHeader("Vary", "Accept")

    private func answer(_ health: Health, isGood: Bool) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.member("status", health.status)
            json.key("services")
            json.object { json in
                json.member("app", health.isReady ? "up" : "not_ready")
                json.member("postgres", health.isPostgresUp ? "up" : "down")
                json.member("redis", health.isRedisUp ? "up" : "down")
            }
            json.member("uptime_seconds", health.uptimeSeconds)
            json.member("version", version)
        }
        let retry = isGood ? [] : [HTTPHeader("Retry-After", "1")]
        return HTTPResponse(status: isGood ? 200 : 503, contentType: .json, headers: retry, body: json.bytes)
    }
}
