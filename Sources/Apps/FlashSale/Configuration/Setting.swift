/// One variable of the configuration: its name, what it means, and where it has a default.
struct Setting: Sendable {
    let name: String
    let meaning: String
    let defaultValue: String?
    /// Never printed.
    let isSecret: Bool

    private init(_ name: String, _ meaning: String, default defaultValue: String? = nil, isSecret: Bool = false) {
        self.name = name
        self.meaning = meaning
        self.defaultValue = defaultValue
        self.isSecret = isSecret
    }

    static let databaseURL = Setting(
        "DATABASE_URL",
        "a libpq URI; may name several hosts, of which the primary is found",
        default: "postgres://flashsale@127.0.0.1:5432/flashsale",
        isSecret: true
    )
    static let postgresPooler = Setting(
        "POSTGRES_POOLER",
        "transaction where DATABASE_URL leads to a pooler that lends connections for a transaction, or none",
        default: "none"
    )
    static let redisURL = Setting(
        "REDIS_URL",
        "redis://[user:password@]host:port/database, or redis+sentinel://[user:password@]host:port,…/group/database",
        default: "redis://127.0.0.1:6379/0",
        isSecret: true
    )
    static let httpHost = Setting("HTTP_HOST", "address of the shopper API", default: "0.0.0.0")
    static let httpPort = Setting("HTTP_PORT", "port of the shopper API, 1 to 65535", default: "8080")
    static let adminHost = Setting("ADMIN_HOST", "address of the operator API", default: "127.0.0.1")
    static let adminPort = Setting("ADMIN_PORT", "port of the operator API, 1 to 65535", default: "8081")
    static let adminToken = Setting(
        "ADMIN_TOKEN",
        "bearer token of the operator API, at least 16 characters; without it the API is off",
        isSecret: true
    )
    static let saleSchedule = Setting(
        "SALE_SCHEDULE",
        "hourly: a sale from each full hour (UTC); off: only sales that operators create",
        default: "hourly"
    )
    static let saleItems = Setting("SALE_ITEMS", "items of a scheduled sale, 1 to 1000000", default: "10000")
    static let saleItemsPerUser = Setting("SALE_ITEMS_PER_USER", "purchase limit of a user, 1 to 10000", default: "10")
    static let saleGraceSeconds = Setting(
        "SALE_GRACE_SECONDS",
        "seconds after the end in which issued codes can be redeemed, 0 to 86400",
        default: "60"
    )
    static let bloomRebuildSeconds = Setting(
        "BLOOM_REBUILD_SECONDS",
        "seconds between rebuilds of the sold-item filters, 1 to 3600",
        default: "10"
    )
    static let bloomFilter = Setting(
        "BLOOM_FILTER",
        "on or off: whether the sold-item filter spares questions to Redis; off is for measuring what it saves",
        default: "on"
    )
    static let soldBits = Setting(
        "SOLD_BITS",
        "on or off: whether memory alone refuses units known to be sold; off is for measuring what it saves",
        default: "on"
    )
    static let auditSeconds = Setting(
        "AUDIT_SECONDS",
        "seconds between audits of each running sale, 1 to 86400",
        default: "60"
    )
    static let requestDeadlineMS = Setting(
        "REQUEST_DEADLINE_MS",
        "milliseconds until a request is answered, 50 to 60000",
        default: "2000"
    )
    static let drainDelayMS = Setting(
        "DRAIN_DELAY_MS",
        "milliseconds that shoppers are served after SIGTERM while /health/ready is 503 already, 0 to 600000",
        default: "0"
    )
    static let maxInFlight = Setting(
        "MAX_IN_FLIGHT",
        "most requests that are handled at once, 1 to 1000000",
        default: "4096"
    )
    static let maxConnections = Setting(
        "MAX_CONNECTIONS",
        "most open connections of shoppers, 1 to 1000000; default: 10000, or what the limit of file descriptors allows"
    )
    static let maxEventReaders = Setting(
        "MAX_EVENT_READERS",
        "most readers of sales' events, 0 to MAX_CONNECTIONS; default: 2000, or half of MAX_CONNECTIONS if that is less"
    )
    static let purchasesPerSecondMax = Setting(
        "PURCHASES_PER_SECOND_MAX",
        "most purchases a second that this instance lets in, 1 to 1000000; default: no cap"
    )
    static let purchaseIsolation = Setting(
        "PURCHASE_ISOLATION",
        "serializable or read_committed: the isolation of purchase batches, a second belt that no promise rests on",
        default: "serializable"
    )
    static let eventLoops = Setting(
        "EVENT_LOOPS",
        "threads that serve HTTP, 1 to 64; default: one up to 2 cores, then one less than there are cores"
    )
    static let appEnv = Setting(
        "APP_ENV",
        "production, or development: relaxes what is only safe on a laptop",
        default: "production"
    )
    static let logLevel = Setting(
        "LOG_LEVEL",
        "trace, debug, info, notice, warning, error or critical",
        default: "info"
    )
    static let logFormat = Setting("LOG_FORMAT", "json or text", default: "json")
    static let accessLogRatio = Setting(
        "ACCESS_LOG_RATIO",
        "the share of requests that get a log line, 0 to 1; above 0 every failure and every slow one gets one, too",
        default: "0"
    )
    static let metrics = Setting(
        "METRICS",
        "on or off: whether requests and batches are counted; off is for measuring what it costs",
        default: "on"
    )
    static let rateLimitPerUser = Setting(
        "RATE_LIMIT_PER_USER",
        "requests a user may make in which time, such as 20/10s, for each sale; or off",
        default: "off"
    )
    static let userTokenKeys = Setting(
        "USER_TOKEN_KEYS",
        "public keys of shoppers' tokens: a JWK set, or the path of a file with one; without them user_id is believed",
        isSecret: true
    )
    static let userTokenIssuer = Setting("USER_TOKEN_ISSUER", "who must have issued shoppers' tokens; default: anybody")
    static let userTokenAudience = Setting(
        "USER_TOKEN_AUDIENCE",
        "whom shoppers' tokens must be for; default: they must name nobody"
    )
    static let otlpEndpoint = Setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "address of an OpenTelemetry collector, to which /v1/traces is appended; default: no traces",
        isSecret: true
    )
    static let otlpTracesEndpoint = Setting(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "the whole address for traces, instead of OTEL_EXPORTER_OTLP_ENDPOINT",
        isSecret: true
    )
    static let otlpProtocol = Setting(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "http/json: no other is spoken here",
        default: "http/json"
    )
    static let otlpHeaders = Setting(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "headers of exports: name=value, several separated by commas, values percent-encoded",
        isSecret: true
    )
    static let otlpTimeout = Setting(
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "milliseconds that an export may take, 1 to 60000",
        default: "10000"
    )
    static let otelScheduleDelay = Setting(
        "OTEL_BSP_SCHEDULE_DELAY",
        "milliseconds that spans wait for others to be exported with, 100 to 60000",
        default: "5000"
    )
    static let otelServiceName = Setting("OTEL_SERVICE_NAME", "service.name of the traces", default: "flashsale")
    static let otelResourceAttributes = Setting(
        "OTEL_RESOURCE_ATTRIBUTES",
        "what else the traces are of: name=value, several separated by commas, values percent-encoded"
    )
    static let tracesSampler = Setting(
        "OTEL_TRACES_SAMPLER",
        "which traces are kept: always_on, always_off or traceidratio; with parentbased_ before it as callers decided",
        default: "parentbased_traceidratio"
    )
    static let tracesSamplerArg = Setting(
        "OTEL_TRACES_SAMPLER_ARG",
        "the share that the sampler keeps where it keeps one, 0 to 1",
        default: "0.01"
    )

    /// Every variable, in the order in which they are shown.
    static let all = [
        databaseURL, postgresPooler, redisURL, httpHost, httpPort, adminHost, adminPort, adminToken, saleSchedule,
        saleItems,
        saleItemsPerUser, saleGraceSeconds, bloomRebuildSeconds, bloomFilter, soldBits, auditSeconds, requestDeadlineMS,
        drainDelayMS, maxInFlight, maxConnections, maxEventReaders, purchasesPerSecondMax, purchaseIsolation,
        eventLoops, appEnv, logLevel, logFormat, accessLogRatio, metrics, rateLimitPerUser, userTokenKeys,
        userTokenIssuer, userTokenAudience, otlpEndpoint, otlpTracesEndpoint, otlpProtocol, otlpHeaders, otlpTimeout,
        otelScheduleDelay, otelServiceName, otelResourceAttributes, tracesSampler, tracesSamplerArg,
    ]
}
