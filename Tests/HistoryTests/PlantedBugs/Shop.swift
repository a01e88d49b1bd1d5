import History
import Kernel
import Logging
import Postgres
import Sales
import ServiceLifecycle
import Synchronization
import TestSupport

@testable import FlashSale

/// Instances of the service in this process, on a database of their own.
struct Shop: Sendable {
    let database: String
    let instances: [Application]
    /// The gates in front of checkouts, as each instance uses them.
    let gates: [any CheckoutGate]
    private let stores: [any GateStore]
    private let ports: [Int]
    private let services: [any Service]

    /// Bootstraps logging and metrics, which a process does once.
    private static let telemetry = Result { ServiceTelemetry(try configuration("postgres://none", "redis://none", [])) }
    private static let salesMade = Atomic<Int>(0)

    /// Plays a scene with two instances and the crowd of a number, and checks what happened.
    static func verdict(
        on scene: Scene,
        sql: String,
        crowd: Int = 0,
        plant: @Sendable (Workbench) -> Void
    ) async throws -> Verdict {
        let shop = try await make(scene, sql: sql, plant: plant)
        let (history, sale) = try await shop.open { try await shop.play(scene, crowd) }
        return HistoryChecker.check(history, try await SaleRecord.read(sale: sale, from: shop.database))
    }

    /// Two instances on a migrated database; nothing runs yet.
    private static func make(_ scene: Scene, sql: String, plant: (Workbench) -> Void) async throws -> Shop {
        let database = try await TestPostgres.shared().makeDatabase()
        let redis = try await TestRedis.shared().url
        let ports = try FreePorts.take(2)
        var benches: [Workbench] = []
        var instances: [Application] = []
        for port in ports {
            let configuration = try configuration(database, redis, scene.settings + ["--http-port=\(port)"])
            let instance = try await Application(configuration, telemetry: telemetry.get()) { ports, board in
                let bench = Workbench(ports, board, configuration)
                plant(bench)
                ports = bench.ports
                benches.append(bench)
            }
            instances.append(instance)
        }
        try await instances[0].prepareSchema(migrating: true)
        let shop = Shop(
            database: database,
            instances: instances,
            gates: benches.map { $0.ports.checkoutGate },
            stores: benches.map { $0.ports.gateStore },
            ports: ports,
            services: benches.flatMap { $0.services } + instances.map { Instance(application: $0) }
        )
        // Numbers of their own, so that the sales of different shops have nothing in common in Redis.
        let first = salesMade.add(1, ordering: .relaxed).newValue
        try await shop.execute("ALTER TABLE sales ALTER COLUMN sale_no RESTART WITH \(first)")
        for statements in [scene.sql, sql] where !statements.isEmpty { try await shop.execute(statements) }
        return shop
    }

    /// Runs the instances while `body` does, then drains them.
    private func open<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let group = ServiceGroup(services: services, logger: Logger(label: "shop"))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
    }

    private func play(_ scene: Scene, _ crowd: Int) async throws -> (history: History, sale: String) {
        let sale = try await makeSale(scene)
        // A quick crowd would be gone before the gate is open by itself, and meet none of its mistakes.
        _ = try await openGate(of: sale)
        try await scene.before(self, sale)
        var plan = ShoppersPlan(
            nodes: ports.map { ShoppersPlan.Address(port: $0) },
            sale: sale.id.description,
            items: (1...scene.items).map { ItemID(generated: ItemKey(sale: sale.id, number: $0)).description },
            seed: 20_261_121 + UInt64(crowd)
        )
        plan.maxOperations = 1500
        plan.patience = .seconds(3)
        scene.crowd(&plan)
        let recorder = try HistoryRecorder()
        let shoppers = Shoppers(plan, recorder: recorder)
        async let shopping: Void = shoppers.run()
        try await scene.meanwhile(self, sale, recorder)
        await shopping
        return (recorder.history(), sale.id.description)
    }

    /// Makes a sale that has begun, and waits until every instance is ready and knows it.
    private func makeSale(_ scene: Scene) async throws -> Sale {
        try await until { instances.allSatisfy { $0.sales.board.recordClock(at: .now) != nil } }
        let repository = instances[0].sales.repository
        let now = try await repository.now()
        let draft = SaleDraft(
            name: "planted",
            startsAt: now.adding(seconds: -7200),
            endsAt: now.adding(seconds: scene.seconds),
            itemsPerUser: scene.limit,
            graceSeconds: 1,
            afterEnd: .close,
            stock: .generated(scene.items)
        )
        guard case .created(let sale) = try await repository.create(draft, by: AuditActor("test")) else {
            throw StoreError(.corrupt, "the sale was not made")
        }
        for instance in instances { try await instance.sales.refreshSaleBoard.execute() }
        return sale
    }

    /// Makes sure that instances and gate know the sale's present epoch.
    func openGate(of sale: Sale) async throws -> GateEpoch {
        for instance in instances { try await instance.sales.refreshSaleBoard.execute() }
        guard let epoch = instances[0].sales.board.epoch(of: sale.id, at: .now) else {
            throw StoreError(.corrupt, "the sale is not known")
        }
        try await until {
            try await instances[0].sales.keepGateOpen.execute()
            return await stores[0].state(of: sale.id) == .epoch(epoch.description)
        }
        return epoch
    }

    /// Runs statements behind the service's back.
    private func execute(_ sql: String) async throws {
        let pool = PostgresPool(PostgresPoolConfiguration(connection: PostgresConfiguration(url: database), size: 1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { group.cancelAll() }
            try await pool.withConnection(deadline: .now + .seconds(10)) { connection in
                try connection.execute(sql, within: .seconds(10))
            }
        }
    }

    private func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<500 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw StoreError(.timedOut, "the instances did not become ready")
    }

    private static func configuration(
        _ database: String,
        _ redis: String,
        _ settings: [String]
    ) throws -> AppConfiguration {
        try AppConfiguration.read(
            arguments: [
                "--database-url=\(database)", "--redis-url=\(redis)", "--http-host=127.0.0.1", "--event-loops=1",
                "--sale-schedule=off", "--app-env=development", "--log-level=critical", "--bloom-rebuild-seconds=1",
                "--metrics=off",
            ] + settings
        )
    }
}
/// An instance as a service of a group, so that it can be told to drain.
private struct Instance: Service {
    let application: Application

    func run() async throws { try await application.run() }
}
