import Foundation
import History
import Synchronization
import TestSupport

/// Everything that one run needs: servers, links that can fail, instances, a sale.
final class Rig: Sendable {
    let postgres: TestPostgres
    /// Follows ``postgres``, for a run in which it takes over.
    let standby: TestPostgres?
    /// The way to the run's own database.
    let record: Record
    /// Between instances and ``postgres``; another one after it was killed.
    private let pooler: Mutex<TestPgBouncer?>
    let redis: RedisServer
    /// Redis as it was, for a run that fails over to it.
    let replica: RedisServer?
    /// Those that watch Redis, for a run in which they choose another master.
    let sentinels: TestSentinels?
    let instances: [Instance]
    /// Proxies, one for each instance; empty where the fault needs none.
    let postgresLinks: [FaultProxy]
    let redisLinks: [FaultProxy]
    let doors: [FaultProxy]
    let smallDisk: SmallDisk?
    let recorder: HistoryRecorder
    let sale: SaleOnTest
    let seed: UInt64
    private let away = Mutex<Int?>(nil)

    private init(_ parts: Parts, recorder: HistoryRecorder, sale: SaleOnTest, seed: UInt64) {
        self.seed = seed
        postgres = parts.postgres
        standby = parts.standby
        pooler = Mutex(parts.pooler)
        record = parts.record
        redis = parts.redis
        replica = parts.replica
        sentinels = parts.sentinels
        instances = parts.instances
        postgresLinks = parts.postgresLinks
        redisLinks = parts.redisLinks
        doors = parts.doors
        smallDisk = parts.smallDisk
        self.recorder = recorder
        self.sale = sale
    }

    /// Puts everything up for a fault, runs `body` once the instances sell, and deletes everything whatever came of it.
    static func with<Value: Sendable>(
        _ fault: Fault,
        _ options: RunOptions,
        recorder: HistoryRecorder,
        _ body: (Rig) async throws -> Value
    ) async throws -> Value {
        let parts = try await Parts.make(fault, options)
        do {
            for instance in parts.instances { try instance.start() }
            for instance in parts.instances { try await instance.untilReady() }
            let sale = try await SaleOnTest.open(items: options.items, at: parts.instances[0])
            let value = try await body(Rig(parts, recorder: recorder, sale: sale, seed: options.seed))
            try await parts.takeDown()
            return value
        } catch {
            try await parts.takeDown()
            throw error
        }
    }

    /// Where shoppers go.
    var addresses: [ShoppersPlan.Address] {
        guard doors.isEmpty else { return doors.map { ShoppersPlan.Address(port: Int($0.port)) } }
        return instances.map { ShoppersPlan.Address(port: $0.port) }
    }

    /// For how many milliseconds a server was away before another did its work; `nil` where none has.
    var awayMilliseconds: Int? { away.withLock { $0 } }

    var runningPooler: TestPgBouncer? { pooler.withLock { $0 } }

    func replacePooler(by another: TestPgBouncer) { pooler.withLock { $0 = another } }

    /// Notes that another server does the work of one that was lost.
    func replaced(after time: Duration) { away.withLock { $0 = time.milliseconds } }

    /// Drains all instances; returns how long the slowest took.
    func drain() async throws -> Duration {
        try await withThrowingTaskGroup(of: Duration.self) { group in
            for instance in instances { group.addTask { try await instance.terminate() } }
            return try await group.reduce(.zero) { max($0, $1) }
        }
    }

    /// Units that are sold by now.
    func soldUnits() async throws -> Int {
        try await record.number("SELECT count(*) FROM items WHERE sale_no = \(sale.number) AND sold")
    }

}

/// The sale of a run.
struct SaleOnTest: Sendable {
    let id: String
    let items: [String]

    /// Its number on record.
    var number: Int { Int(id.dropFirst(2), radix: 32) ?? 0 }

    /// Makes a sale and waits until an instance shows it as running.
    static func open(items count: Int, at instance: Instance) async throws -> SaleOnTest {
        let answer = try await Caller.call(
            "POST",
            "/admin/sales",
            port: instance.adminPort,
            json: "{\"total_items\":\(count),\"items_per_user\":10}",
            isOperator: true
        )
        guard answer.status == 201, let id = answer.member("id") as? String else {
            throw FaultRunError("no sale: \(answer.status) \(answer.text)")
        }
        let sale = SaleOnTest(id: id, items: (1...count).map { "I-\(id.dropFirst(2))-\($0)" })
        try await Wait.until("the sale runs") {
            let answer = try await Caller.call("GET", "/sales/\(id)", port: instance.port)
            return answer.member("status") as? String == "active" ? true : nil
        }
        return sale
    }
}
