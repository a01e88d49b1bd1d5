import API
import HTTP
import Kernel
import Logging
import Metrics
import NIOCore
import NIOPosix
import Postgres
import PostgresStores
import Redis
import RedisStores
import Sales
import ServiceLifecycle
import Telemetry
import Traces
import UnixSignals

/// The service, put together: the single place that names adapters.
struct Application: Sendable {
    let configuration: AppConfiguration
    let sales: Sales
    private let log: Logger
    private let record: Record
    private let hosts: Hosts
    private let redis: RedisClient
    private let checkouts: PostgresCheckoutCommitter
    private let purchases: PostgresPurchaseCommitter
    private let condition: ServiceCondition
    private let shopperServer: HTTPServer
    private let operatorServer: HTTPServer?
    private let feeds: SaleFeeds
    private let live: LiveFeed
    private let metrics = ServiceMetrics()
    private let eventLoopLag: EventLoopLag
    private let traceService: TraceService?

    /// Makes everything and starts nothing.
    ///
    /// - Parameters:
    ///   - configuration: valid settings.
    ///   - telemetry: the process's.
    ///   - adjust: may put something else behind the ports, which read and teach the given board; for tests.
    /// - Throws: where Redis' address or a key for tokens cannot be one.
    init(
        _ configuration: AppConfiguration,
        telemetry: ServiceTelemetry,
        adjust: (inout Sales.Ports, SaleBoard) -> Void = { _, _ in }
    ) async throws {
        let log = Logger(label: "flashsale")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops)
        let time = SystemTimeSource()
        let board = Self.board(configuration)
        hosts = Hosts(configuration, log: log)
        let record = Record(hosts.postgres)
        let redis = try RedisClient(RedisStores.configuration(url: configuration.redisURL), group: group)
        let tracer = telemetry.traces?.tracer
        let gates = RedisGates(client: redis, log: log, tracer: tracer)
        let writers = WriterConfiguration(configuration, postgres: hosts.postgres, tracer: tracer)
        let knowledge = BatchKnowledge(board: board, gate: gates.checkout, time: time)
        (checkouts, purchases) = Self.committers(writers, knowledge, time, log)

        var ports = Self.ports(record, gates, checkouts, purchases, metrics)
        adjust(&ports, board)
        Self.pace(&ports, configuration, time)
        sales = Sales(
            ports: ports,
            board: board,
            surroundings: Self.surroundings,
            plan: configuration.plan,
            filterInterval: configuration.bloomRebuild,
            auditInterval: configuration.audit
        )
        let condition = ServiceCondition(repository: record.sales, isRedisUp: { redis.isConnected })
        feeds = SaleFeeds(following: sales.followSale, maxReaders: configuration.maxEventReaders)
        let door = LoadShedding(limit: configuration.maxInFlight)
        let surroundings = ShopperAPI.Surroundings(
            version: Version.current,
            health: { await condition.health() },
            metrics: { telemetry.exposition($0) },
            door: door,
            feeds: feeds,
            quota: configuration.rateLimitPerUser.map { UserQuota(gates.rateLimiter($0), quota: $0, board: board) },
            tokens: try await configuration.userTokens?.checker()
        )
        let servers = Servers(configuration: configuration, group: group, log: log, tracer: tracer)
        shopperServer = servers.shoppers(ShopperAPI(sales: sales, surroundings: surroundings).router)
        live = Self.live(sales, configuration, telemetry, metrics)
        operatorServer = configuration.adminToken.map { [sales, live] token in
            servers.operators(OperatorAPI(sales: sales, token: token, live: live).router)
        }
        self.configuration = configuration
        self.log = log
        self.record = record
        self.redis = redis
        self.condition = condition
        eventLoopLag = EventLoopLag(group: group)
        traceService = telemetry.traces?.exporter(log: log)
        ServiceGauges(
            board: board,
            record: record,
            redis: redis,
            shopperServer: shopperServer,
            door: door,
            audience: feeds.audience,
            queues: [
                ("checkouts", { [checkouts] in checkouts.queuedCount }),
                ("purchases", { [purchases] in purchases.queuedCount }),
            ]
        ).register(in: telemetry.metrics)
    }

    private static func committers(
        _ writers: WriterConfiguration,
        _ knowledge: BatchKnowledge,
        _ time: SystemTimeSource,
        _ log: Logger
    ) -> (PostgresCheckoutCommitter, PostgresPurchaseCommitter) {
        let encoder = JSONOutcomeEncoder()
        return (
            PostgresCheckoutCommitter(writers, knowledge: knowledge, time: time, log: log),
            PostgresPurchaseCommitter(writers, encoder: encoder, knowledge: knowledge, time: time, log: log)
        )
    }

    private static func live(
        _ sales: Sales,
        _ configuration: AppConfiguration,
        _ telemetry: ServiceTelemetry,
        _ metrics: ServiceMetrics
    ) -> LiveFeed {
        let meter = LiveMeter(telemetry.metrics) { metrics.lastAudit }
        let instance = "\(HostName.current):\(configuration.http.port)"
        return LiveFeed(sales: sales, instance: instance) { meter.figures(at: .now) }
    }

    private static func ports(
        _ record: Record,
        _ gates: RedisGates,
        _ checkouts: PostgresCheckoutCommitter,
        _ purchases: PostgresPurchaseCommitter,
        _ metrics: ServiceMetrics
    ) -> Sales.Ports {
        Sales.Ports(
            checkoutCommitter: checkouts,
            purchaseCommitter: purchases,
            sales: record.sales,
            checkouts: record.checkouts,
            imports: record.imports,
            exports: record.exports,
            reports: record.reports,
            auditor: record.auditor,
            checkoutGate: gates.checkout,
            purchaseGate: gates.purchase,
            gateStore: gates.store,
            leases: gates.leases,
            metrics: metrics
        )
    }

    private static func board(_ configuration: AppConfiguration) -> SaleBoard {
        SaleBoard(usesSoldBits: configuration.soldBits == .on, usesFilter: configuration.bloomFilter == .on)
    }

    /// With a cap, codes and purchases pass at its pace; without one nothing stands between.
    private static func pace(_ ports: inout Sales.Ports, _ configuration: AppConfiguration, _ time: any TimeSource) {
        guard let cap = configuration.purchasesPerSecondMax else { return }
        let pacing = PurchasePacing(perSecond: cap)
        ports.checkoutCommitter = PacedCheckoutCommitter(ports.checkoutCommitter, pacing: pacing, time: time)
        ports.purchaseCommitter = PacedPurchaseCommitter(ports.purchaseCommitter, pacing: pacing, time: time)
    }

    private static var surroundings: Sales.Surroundings {
        var surroundings = Sales.Surroundings(wallClock: WallClock.now)
        surroundings.random = BufferedRandomSource()
        return surroundings
    }

    /// Migrates, or makes sure that the schema is this program's; waits a while for a database that is starting.
    func prepareSchema(migrating: Bool) async throws {
        await hosts.look()
        let schema = Schema(postgres: hosts.postgres)
        if configuration.environment == .production { try await schema.requireDurability() }
        guard migrating else { return try await schema.check() }
        for name in try await schema.migrate() { log.notice("migrated", metadata: ["migration": "\(name)"]) }
    }

    /// Serves until SIGTERM or SIGINT, then drains.
    func run() async throws {
        if configuration.environment == .development {
            log.warning("APP_ENV is development: a PostgreSQL server without fsync is accepted")
        }
        if operatorServer == nil { log.notice("the operator API is off: ADMIN_TOKEN is not set") }
        if configuration.userTokens == nil { log.notice("user_id is believed: USER_TOKEN_KEYS is not set") }
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: log
        )
        group.maximumGracefulShutdownDuration = .seconds(10) + configuration.drainDelay
        try await ServiceGroup(configuration: group).run()
        log.notice("stopped")
    }

    /// In the order of dependence; shutdown goes backwards, so that the door closes first and the pools last.
    private var services: [any Service] {
        var services: [any Service] = traceService.map { [$0] } ?? []
        services +=
            [
                PoolService(pool: record.readPool), PoolService(pool: record.changePool), RedisService(client: redis),
                WriterService(work: { await purchases.run() }, drain: { purchases.drain(by: $0) }),
                WriterService(work: { await checkouts.run() }, drain: { checkouts.drain(by: $0) }),
            ] as [any Service]
        services += repeatedWork
        services.append(eventLoopLag)
        if let operatorServer {
            services.append(HTTPService(server: operatorServer, name: "operators", log: log, willDrain: {}))
        }
        let notice = SupervisorNotice {
            // What cannot listen ends the process by itself.
            guard (try? await shopperServer.whenBound()) != nil else { return false }
            return await condition.isReady()
        }
        if let notice { services.append(notice) }
        services.append(
            HTTPService(
                server: shopperServer,
                name: "shoppers",
                log: log,
                drainDelay: configuration.drainDelay,
                willDrain: {
                    condition.startDraining()
                    notice?.isStopping()
                }
            )
        )
        return services
    }

    private var repeatedWork: [RepeatedWork] {
        [
            repeated("refresh the running sales", every: .seconds(1)) {
                try await sales.refreshSaleBoard.execute()
                condition.boardWasRead()
            },
            repeated("prepare scheduled sales", every: .seconds(10)) {
                for sale in try await sales.prepareScheduledSales.execute() {
                    log.notice("prepared a sale", metadata: ["sale": "\(sale.id)", "starts_at": "\(sale.startsAt)"])
                    try await sales.refreshSaleBoard.execute()
                }
                condition.scheduleWasPrepared()
            },
            repeated("keep the gate open", every: .seconds(1)) { try await sales.keepGateOpen.execute() },
            repeated("rebuild the sold-item filters", every: .seconds(1)) {
                try await sales.rebuildSoldItemFilter.execute()
            },
            repeated("tell the events' readers", every: .milliseconds(250)) { await feeds.tick() },
            repeated("tell operators how it goes", every: .seconds(1)) { await live.tick() },
            repeated("audit the running sales", every: configuration.audit) {
                for (sale, violations) in try await sales.auditLiveSales.execute() {
                    let counts = violations.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: " ")
                    log.critical("an invariant is broken", metadata: ["sale": "\(sale)", "violations": "\(counts)"])
                }
            },
            repeated("look for another primary", every: .seconds(2)) { await hosts.look() },
            repeated("prepare partitions", every: .seconds(3600)) { _ = try await record.partitions.prepare() },
        ]
    }

    private func repeated(
        _ name: String,
        every interval: Duration,
        _ work: @escaping @Sendable () async throws -> Void
    ) -> RepeatedWork {
        RepeatedWork(name: name, interval: interval, clock: ContinuousClock(), log: log, work: work)
    }
}

extension WriterConfiguration {
    fileprivate init(_ configuration: AppConfiguration, postgres: PostgresConfiguration, tracer: Tracer?) {
        self.init(postgres: postgres)
        self.tracer = tracer
        requiresDurability = configuration.environment == .production
        switch configuration.purchaseIsolation {
        case .serializable: purchaseIsolation = .serializable
        case .readCommitted: purchaseIsolation = .readCommitted
        }
    }
}
