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

    let sales: any SaleRepository
    let exports: any SaleExports
    let createSale: CreateSale
    let controlSale: ControlSale
    let importItems: ImportItems
    let reconcileSale: ReconcileSale
}

extension OperatorTools {
    /// Runs `body` with tools for the configured servers, and stops them afterwards.
    static func run(
        _ configuration: AppConfiguration,
        _ body: @escaping @Sendable (OperatorTools) async throws -> Void
    ) async throws {
        let record = Record(url: configuration.databaseURL)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let redis = try RedisClient(RedisStores.configuration(url: configuration.redisURL), group: group)
        let gates = RedisGates(client: redis, log: Logger(label: "flashsale"))
        let tools = OperatorTools(
            sales: record.sales,
            exports: record.exports,
            createSale: CreateSale(
                sales: record.sales,
                limits: .init(
                    itemsPerUser: Int(configuration.plan.itemsPerUser),
                    graceSeconds: Int(configuration.plan.graceSeconds)
                )
            ),
            controlSale: ControlSale(sales: record.sales),
            importItems: ImportItems(sales: record.sales, imports: record.imports),
            reconcileSale: ReconcileSale(sales: record.sales, gate: gates.store)
        )
        try await Schema(url: configuration.databaseURL).check()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await record.readPool.run() }
            group.addTask { await record.changePool.run() }
            group.addTask { await redis.run() }
            defer { group.cancelAll() }
            try await body(tools)
        }
    }
}
