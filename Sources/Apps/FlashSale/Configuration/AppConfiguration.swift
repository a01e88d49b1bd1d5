import Logging
import Sales
import Traces

/// Everything that can be configured, valid as a whole.
struct AppConfiguration: Sendable {
    /// What is relaxed.
    enum Environment: String, CaseIterable, Sendable {
        case production
        /// Accepts a PostgreSQL server without fsync.
        case development
    }

    /// How log lines look.
    enum LogFormat: String, CaseIterable, Sendable {
        case json
        case text
    }

    /// The isolation of purchase batches.
    enum PurchaseIsolation: String, CaseIterable, Sendable {
        case serializable
        case readCommitted = "read_committed"
    }

    /// What stands between here and PostgreSQL.
    enum Pooler: String, CaseIterable, Sendable {
        case none
        /// Lends a connection for a transaction at a time.
        case transaction
    }

    /// Whether something that can be done without is done.
    enum Switch: String, CaseIterable, Sendable {
        case on
        case off
    }

    /// Where a server listens.
    struct Listener: Sendable {
        var host: String
        var port: Int
    }

    /// What shoppers' tokens are checked by.
    struct UserTokens: Sendable {
        /// The text of a JWK set.
        var keys: [UInt8]
        var issuer: String?
        var audience: String?
    }

    /// Which traces are kept, and where they go.
    struct TraceSettings: Sendable {
        var sampler: TraceSampler
        var export: OTLPConfiguration
    }

    var databaseURL: String
    var postgresPooler: Pooler
    var redisURL: String
    var http: Listener
    var admin: Listener
    var adminToken: String?
    var plan: PrepareScheduledSales.Plan
    var bloomRebuild: Duration
    var bloomFilter: Switch
    var soldBits: Switch
    var audit: Duration
    var requestDeadline: Duration
    /// How long shoppers are served after the signal to stop, while the instance already says that it is not ready.
    var drainDelay: Duration
    var maxInFlight: Int
    var maxConnections: Int
    var maxEventReaders: Int
    var purchasesPerSecondMax: Int?
    var rateLimitPerUser: RateQuota?
    /// `nil` where `user_id` is believed.
    var userTokens: UserTokens?
    var purchaseIsolation: PurchaseIsolation
    var eventLoops: Int
    var environment: Environment
    var logLevel: Logger.Level
    var logFormat: LogFormat
    /// The share of requests that are logged though nothing is wrong with them.
    var accessLog: Double
    var metrics: Switch
    /// `nil` where nothing is traced.
    var traces: TraceSettings?
}

/// Everything that is wrong with a configuration, at once.
struct ConfigurationFaults: Error, CustomStringConvertible {
    /// Each begins with the variable's name.
    let faults: [String]
    /// Whether all of them are options that do not exist or lack their value.
    var areUsage = false

    var description: String {
        "the configuration has \(faults.count) fault(s):\n" + faults.map { "  \($0)" }.joined(separator: "\n")
    }
}
