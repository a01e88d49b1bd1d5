import Foundation
import History
import Kernel
import Logging
import Postgres
import Sales
import ServiceLifecycle
import TestSupport

@testable import FlashSale

/// Instances of the service in this process, on a database of their own and a Redis that nobody else uses.
struct Shop: Sendable {
    /// What is put behind an instance's ports.
    typealias Adjustment = @Sendable (inout Sales.Ports, SaleBoard) -> Void

    let database: String
    let redis: TestRedis
    let instances: [Application]
    let ports: [Int]

    /// Bootstraps logging and metrics, which a process does once.
    private static let telemetry = Result {
        ServiceTelemetry(try configuration("postgres://none", "redis://none", port: 1))
    }

    /// Makes instances on a migrated database; nothing runs yet.
    static func make(instances count: Int, redis: TestRedis, adjust: Adjustment) async throws -> Shop {
        let database = try await TestPostgres.shared().makeDatabase()
        let ports = try FreePorts.take(count)
        let instances = try ports.map { port in
            try Application(
                configuration(database, redis.url, port: port),
                telemetry: telemetry.get(),
                adjust: adjust
            )
        }
        try await instances[0].prepareSchema(migrating: true)
        return Shop(database: database, redis: redis, instances: instances, ports: ports)
    }

    /// Runs the instances while `body` does, then drains them.
    func open<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let group = ServiceGroup(services: instances.map { Instance(application: $0) }, logger: Logger(label: "shop"))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
    }

    /// Makes a sale that runs from now for an hour, and waits until every instance is ready and knows it.
    func makeSale(items: Int32, limit: Int32) async throws -> Sale {
        try await until { instances.allSatisfy { $0.sales.board.recordClock(at: .now) != nil } }
        let repository = instances[0].sales.repository
        let now = try await repository.now()
        let draft = SaleDraft(
            name: "planted",
            startsAt: now.adding(seconds: -60),
            endsAt: now.adding(seconds: 3600),
            itemsPerUser: limit,
            graceSeconds: 60,
            afterEnd: .close,
            stock: .generated(items)
        )
        guard case .created(let sale) = try await repository.create(draft, by: AuditActor("test")) else {
            throw StoreError(.corrupt, "the sale was not made")
        }
        try await until { instances.allSatisfy { $0.sales.board.epoch(of: sale.id, at: .now) != nil } }
        return sale
    }

    /// Lets a crowd loose on a small sale until it has made its calls, drains the instances and checks what happened.
    func rush(seed: UInt64, items: Int32 = 300, limit: Int32 = 3, operations: Int = 3000) async throws -> Verdict {
        let (history, sale) = try await open {
            let sale = try await makeSale(items: items, limit: limit)
            var plan = ShoppersPlan(
                nodes: ports.map { ShoppersPlan.Address(port: $0) },
                sale: sale.id.description,
                items: (1...items).map { ItemID(generated: ItemKey(sale: sale.id, number: $0)).description },
                seed: seed
            )
            plan.maxOperations = operations
            let recorder = try HistoryRecorder()
            await Shoppers(plan, recorder: recorder).run()
            return (recorder.history(), sale.id.description)
        }
        return HistoryChecker.check(history, try await SaleRecord.read(sale: sale, from: database))
    }

    /// Runs statements behind the service's back.
    func execute(_ sql: String) async throws {
        let pool = PostgresPool(PostgresPoolConfiguration(connection: PostgresConfiguration(url: database), size: 1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { group.cancelAll() }
            try await pool.withConnection(deadline: .now + .seconds(10)) { connection in
                try connection.execute(sql, within: .seconds(10))
            }
        }
    }

    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<500 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw StoreError(.timedOut, "the instances did not become ready")
    }

    private static func configuration(_ database: String, _ redis: String, port: Int) throws -> AppConfiguration {
        try AppConfiguration.read(arguments: [
            "--database-url=\(database)", "--redis-url=\(redis)", "--http-host=127.0.0.1", "--http-port=\(port)",
            "--sale-schedule=off", "--app-env=development", "--log-level=critical", "--bloom-rebuild-seconds=1",
            "--event-loops=1", "--metrics=off",
        ])
    }
}

/// An instance as a service of a group, so that it can be told to drain.
private struct Instance: Service {
    let application: Application

    func run() async throws { try await application.run() }
}
