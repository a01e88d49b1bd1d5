import Logging
import Postgres
import Redis
import Sales
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension AppConfiguration {
    /// Reads and checks the whole configuration.
    ///
    /// - Throws: ``ConfigurationFaults`` with everything that is wrong.
    static func read(arguments: [String]) throws(ConfigurationFaults) -> AppConfiguration {
        var reader = SettingReader(arguments: arguments)
        return try read(from: &reader)
    }

    static func read(from reader: inout SettingReader) throws(ConfigurationFaults) -> AppConfiguration {
        let ports = 1...65_535
        let database = databaseURL(&reader)
        let pooler = reader.choice(.postgresPooler, Pooler.self) ?? .none
        let redis = redisURL(&reader)
        let http = Listener(
            host: reader.text(.httpHost),
            port: reader.integer(.httpPort, in: ports) ?? 0
        )
        let admin = Listener(
            host: reader.text(.adminHost),
            port: reader.integer(.adminPort, in: ports) ?? 0
        )
        let token = adminToken(&reader)
        if token != nil, http.port == admin.port, http.port != 0 {
            reader.report(.adminPort, "must differ from HTTP_PORT")
        }
        let plan = plan(&reader)
        let bloom = reader.integer(.bloomRebuildSeconds, in: 1...3600) ?? 1
        let audit = reader.integer(.auditSeconds, in: 1...86_400) ?? 1
        let deadline = reader.integer(.requestDeadlineMS, in: 50...60_000) ?? 50
        let drainDelay = reader.integer(.drainDelayMS, in: 0...600_000) ?? 0
        let maxInFlight = reader.integer(.maxInFlight, in: 1...1_000_000) ?? 1
        let maxConnections = maxConnections(&reader)
        let maxEventReaders = maxEventReaders(&reader, maxConnections)
        let cap = reader.integer(.purchasesPerSecondMax, in: 1...1_000_000)
        let isolation = reader.choice(.purchaseIsolation, PurchaseIsolation.self) ?? .serializable
        let eventLoops = reader.integer(.eventLoops, in: 1...64) ?? defaultEventLoops
        let environment = reader.choice(.appEnv, Environment.self) ?? .production
        let logLevel = reader.choice(.logLevel, Logger.Level.self) ?? .info
        let logFormat = reader.choice(.logFormat, LogFormat.self) ?? .json
        let (filter, bits) = (reader.choice(.bloomFilter, Switch.self), reader.choice(.soldBits, Switch.self))
        let (accessLog, metrics) = (reader.share(.accessLogRatio), reader.choice(.metrics, Switch.self) ?? .on)
        let quota = userQuota(&reader)
        let tokens = tokens(&reader)
        let traces = traces(&reader)
        if let faults = reader.allFaults { throw faults }
        return AppConfiguration(
            databaseURL: database,
            postgresPooler: pooler,
            redisURL: redis,
            http: http,
            admin: admin,
            adminToken: token,
            plan: plan,
            bloomRebuild: .seconds(bloom),
            bloomFilter: filter ?? .on,
            soldBits: bits ?? .on,
            audit: .seconds(audit),
            requestDeadline: .milliseconds(deadline),
            drainDelay: .milliseconds(drainDelay),
            maxInFlight: maxInFlight,
            maxConnections: maxConnections,
            maxEventReaders: maxEventReaders,
            purchasesPerSecondMax: cap,
            rateLimitPerUser: quota,
            userTokens: tokens,
            purchaseIsolation: isolation,
            eventLoops: eventLoops,
            environment: environment,
            logLevel: logLevel,
            logFormat: logFormat,
            accessLog: accessLog,
            metrics: metrics,
            traces: traces
        )
    }

    private static func plan(_ reader: inout SettingReader) -> PrepareScheduledSales.Plan {
        PrepareScheduledSales.Plan(
            schedule: reader.choice(.saleSchedule, SaleSchedule.self) ?? .off,
            items: Int32(reader.integer(.saleItems, in: 1...1_000_000) ?? 1),
            itemsPerUser: Int32(reader.integer(.saleItemsPerUser, in: 1...10_000) ?? 1),
            graceSeconds: Int32(reader.integer(.saleGraceSeconds, in: 0...86_400) ?? 0)
        )
    }

    private static func databaseURL(_ reader: inout SettingReader) -> String {
        let url = reader.text(.databaseURL)
        if !url.hasPrefix("postgres://"), !url.hasPrefix("postgresql://") {
            reader.report(.databaseURL, "must begin with postgres:// or postgresql://")
        } else if let fault = PostgresConfiguration.fault(in: url) {
            reader.report(.databaseURL, fault)
        }
        return url
    }

    private static func redisURL(_ reader: inout SettingReader) -> String {
        let url = reader.text(.redisURL)
        do throws(RedisError) { _ = try RedisConfiguration(url: url) } catch {
            reader.report(.redisURL, "cannot be used: \(error.message)")
        }
        return url
    }

    private static func adminToken(_ reader: inout SettingReader) -> String? {
        guard let token = reader.value(.adminToken)?.text else { return nil }
        if token.utf8.count < 16 { reader.report(.adminToken, "must have at least 16 characters") }
        if !token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            reader.report(.adminToken, "must consist of visible ASCII characters")
        }
        return token
    }

    private static func maxConnections(_ reader: inout SettingReader) -> Int {
        let affordable = DescriptorLimit.highest - DescriptorLimit.reserve
        guard let given = reader.integer(.maxConnections, in: 1...1_000_000) else {
            return max(64, min(10_000, affordable))
        }
        if given > affordable {
            reader.report(
                .maxConnections,
                "must leave \(DescriptorLimit.reserve) of the \(DescriptorLimit.highest) file descriptors that this "
                    + "process may have"
            )
        }
        return given
    }

    /// Each reader is a connection; by default they leave half of them to those who buy.
    private static func maxEventReaders(_ reader: inout SettingReader, _ maxConnections: Int) -> Int {
        guard let given = reader.integer(.maxEventReaders, in: 0...1_000_000) else {
            return min(2_000, maxConnections / 2)
        }
        if given > maxConnections {
            reader.report(.maxEventReaders, "must not be more than MAX_CONNECTIONS, which is \(maxConnections)")
        }
        return given
    }

    private static func userQuota(_ reader: inout SettingReader) -> RateQuota? {
        let text = reader.text(.rateLimitPerUser)
        if text == "off" { return nil }
        let quota = RateQuota(text)
        if quota == nil {
            reader.report(
                .rateLimitPerUser,
                "must be off, or like 20/10s: 1 to 1000000 requests in 1 second to 24 hours (s, m or h)"
            )
        }
        return quota
    }

    private static var defaultEventLoops: Int {
        let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return cores <= 2 ? 1 : min(cores - 1, 64)
    }
}
