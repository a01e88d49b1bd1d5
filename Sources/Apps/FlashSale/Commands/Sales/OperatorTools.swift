import Foundation
import Kernel
import Logging
import NIOPosix
import Postgres
import Redis
import RedisStores
import Sales

/// What commands work with: the same use cases as the service, without its writers.
struct OperatorTools: Sendable {
    static let actor = AuditActor("command line")

    /// Until when a reading that begins now is waited for.
    static var deadline: Instant { .now + .seconds(10) }

    let sales: any SaleRepository
    let exports: any SaleExports
    let reports: any SaleReports
    let createSale: CreateSale
    let controlSale: ControlSale
    let importItems: ImportItems
    let reconcileSale: ReconcileSale
    let auditSale: AuditSale
    let redis: RedisClient

    /// Waits until Redis is connected, for at most two seconds.
    private func waitForRedis() async throws {
        let giveUp = Instant.now + .seconds(2)
        while !redis.isConnected, .now < giveUp { try await Task.sleep(for: .milliseconds(10)) }
    }
}

extension OperatorTools {
    /// Runs `body` with tools for the configured servers, and stops them afterwards.
    ///
    /// Few commands ask Redis anything, and the others need not hear that it is away.
    static func run(
        _ configuration: AppConfiguration,
        withRedis: Bool = false,
        _ body: @escaping @Sendable (OperatorTools) async throws -> Void
    ) async throws {
        // What commands print goes to standard output; what goes wrong on the way, to standard error.
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        let hosts = Hosts(configuration, log: Logger(label: "flashsale"))
        await hosts.look()
        let record = Record(hosts.postgres)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let redis = try RedisClient(RedisStores.configuration(url: configuration.redisURL), group: group)
        let gates = RedisGates(client: redis, log: Logger(label: "flashsale"))
        let reconcileSale = ReconcileSale(sales: record.sales, gate: gates.store)
        let tools = OperatorTools(
            sales: record.sales,
            exports: record.exports,
            reports: record.reports,
            createSale: CreateSale(
                sales: record.sales,
                limits: .init(
                    itemsPerUser: Int(configuration.plan.itemsPerUser),
                    graceSeconds: Int(configuration.plan.graceSeconds)
                )
            ),
            controlSale: ControlSale(sales: record.sales),
            importItems: ImportItems(sales: record.sales, imports: record.imports),
            reconcileSale: reconcileSale,
            auditSale: AuditSale(auditor: record.auditor, reconcile: reconcileSale),
            redis: redis
        )
        try await Schema(postgres: hosts.postgres, patience: .seconds(3)).check()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await record.readPool.run() }
            group.addTask { await record.changePool.run() }
            if withRedis { group.addTask { await redis.run() } }
            defer { group.cancelAll() }
            if withRedis { try await tools.waitForRedis() }
            try await body(tools)
        }
    }
}
