import Foundation
import History
import TestSupport

/// Two instances behind a proxy, which a recording crowd visits.
final class ProxiedShop {
    /// The delay is shorter than in the deployment files, and longer than it takes HAProxy to ask twice.
    private static let settings = [
        "DRAIN_DELAY_MS": ProcessInfo.processInfo.environment["RESTART_DRAIN_DELAY_MS"] ?? "1000"
    ]

    let proxy: ProxyProcess
    private let stage: Stage
    private let ports: [[Int]]
    private var instances: [ServiceProcess]
    private let recorder: HistoryRecorder

    private init(_ proxy: ProxyProcess, _ stage: Stage, _ ports: [[Int]], _ instances: [ServiceProcess]) throws {
        self.proxy = proxy
        self.stage = stage
        self.ports = ports
        self.instances = instances
        recorder = try HistoryRecorder()
    }

    /// Lets the crowd shop while `body` does something to the shop, and compares all that it was told with the record.
    static func figures(
        _ kind: ProxyProcess.Kind,
        callsPerSecond: Int = 400,
        while body: (ProxiedShop) async throws -> Void
    ) async throws -> ProxyFigures {
        let stage = try await Stage.make()
        let ports = [try FreePorts.take(2), try FreePorts.take(2)]
        var instances: [ServiceProcess] = []
        for ports in ports { instances.append(try await start(stage, ports)) }
        return try await ProxyProcess.with(kind, before: ports.map { $0[0] }) { proxy in
            let shop = try ProxiedShop(proxy, stage, ports, instances)
            let sale = try await TestSale.make(shop.instances[0], items: 20_000)
            try await shop.play(sale, callsPerSecond, body)
            for instance in shop.instances { instance.signal(SIGTERM) }
            for instance in shop.instances {
                guard try await instance.waitForExit() == 0 else {
                    throw ServiceProcess.Failure(description: "an instance did not drain:\n\(instance.log)")
                }
            }
            let history = shop.recorder.history()
            let record = try await SaleRecord.read(sale: sale.id, from: stage.database)
            return ProxyFigures(history, HistoryChecker.check(history, record))
        }
    }

    /// Stops an instance as deployments do, and starts another in its place.
    func restart(_ number: Int) async throws {
        instances[number].signal(SIGTERM)
        guard try await instances[number].waitForExit() == 0 else {
            throw ServiceProcess.Failure(description: "an instance did not drain:\n\(instances[number].log)")
        }
        instances[number] = try await Self.start(stage, ports[number])
        try await untilServed(by: number)
    }

    /// Ends an instance without a word, and starts another in its place after a while.
    func kill(_ number: Int, for time: Duration) async throws {
        // All calls go through one address, so what it may have forgotten is anybody's.
        recorder.note(.kill, node: 0)
        try await instances[number].crash()
        try await Task.sleep(for: time)
        instances[number] = try await Self.start(stage, ports[number])
        try await untilServed(by: number)
    }

    /// Waits until so many more calls were made.
    func untilMoreCalls(_ count: Int) async throws {
        let goal = recorder.count + count
        for _ in 0..<2400 {
            if recorder.count >= goal { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ServiceProcess.Failure(description: "the crowd has come to rest:\n\(proxy.log.suffix(4000))")
    }

    private static func start(_ stage: Stage, _ ports: [Int]) async throws -> ServiceProcess {
        try await ServiceProcess.start(
            database: stage.database,
            redis: stage.redis.url,
            settings: settings,
            ports: ports
        )
    }

    /// Waits until the proxy sends shoppers there again.
    private func untilServed(by number: Int) async throws {
        let checkouts = "flashsale_batch_attempts_total{result=\"committed\",writer=\"checkouts\"}"
        try await instances[number].until(checkouts, isAtLeast: 20)
    }

    private func play(
        _ sale: TestSale,
        _ callsPerSecond: Int,
        _ body: (ProxiedShop) async throws -> Void
    ) async throws {
        var plan = ShoppersPlan(nodes: [.init(port: proxy.port)], sale: sale.id, items: sale.items, seed: 1)
        plan.operationsPerSecond = callsPerSecond
        plan.maxOperations = 200_000
        // Longer than the proxy tries two instances for.
        plan.deadline = .seconds(10)
        let shoppers = Shoppers(plan, recorder: recorder)
        // A child task, which ends with this scope whatever happens in it.
        async let shopping: Void = shoppers.run()
        let result: Result<Void, any Error>
        do { result = .success(try await body(self)) } catch { result = .failure(error) }
        shoppers.stop()
        await shopping
        try result.get()
    }
}
