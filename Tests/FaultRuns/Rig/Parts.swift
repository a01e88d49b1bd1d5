import Foundation
import TestSupport

/// What a ``Rig`` is put together from.
struct Parts: Sendable {
    let postgres: TestPostgres
    /// Follows ``postgres`` and may take over.
    let standby: TestPostgres?
    let record: Record
    /// Between instances and ``postgres``.
    let pooler: TestPgBouncer?
    let redis: RedisServer
    let replica: RedisServer?
    /// They watch ``redis``.
    let sentinels: TestSentinels?
    let instances: [Instance]
    let postgresLinks: [FaultProxy]
    let redisLinks: [FaultProxy]
    let doors: [FaultProxy]
    let smallDisk: SmallDisk?

    /// Fewer than two instances would take by themselves, four of them for writers.
    static let pooledSessions = 6

    /// Starts servers and proxies; instances are made, not started.
    static func make(_ fault: Fault, _ options: RunOptions) async throws -> Parts {
        let sentinels = fault.hasSentinels ? try await TestSentinels() : nil
        let main = if let sentinels { sentinels.servers[0] } else { try await TestRedis.privateServer() }
        let redis = try RedisServer(main)
        let replica = fault.hasReplica ? try RedisServer(await .privateServer()) : nil
        let (postgres, smallDisk) = try await server(fault, options)
        let standby = fault.hasStandby ? try await postgres.synchronousStandby() : nil
        let own = try await database(fault, on: postgres, smallDisk)
        let database = try standby.map { try postgres.either(or: $0, own) } ?? own
        let record = Record(url: database)
        let pooler = fault.isPooled ? try await TestPgBouncer(for: own, sessions: pooledSessions) : nil
        let postgresPort = try record.port

        func links(_ link: Fault.Link, to target: (Int) -> UInt16) throws -> [FaultProxy] {
            guard fault.links.contains(link) else { return [] }
            return try (0..<fault.instances).map { try FaultProxy(target: target($0)) }
        }
        let postgresLinks = try links(.postgres) { _ in postgresPort }
        let redisLinks = try links(.redis) { _ in UInt16(redis.port) }
        let instances = try (0..<fault.instances).map { number in
            var environment = options.environment(clockShift: fault.clockShifts.dropFirst(number).first ?? 0)
            environment["POSTGRES_POOLER"] = pooler == nil ? "none" : "transaction"
            environment["DATABASE_URL"] =
                postgresLinks.isEmpty
                ? pooler?.url(of: database) ?? database
                : database.replacing(":\(postgresPort)/", with: ":\(postgresLinks[number].port)/")
            environment["REDIS_URL"] =
                sentinels?.url
                ?? "redis://127.0.0.1:\(redisLinks.isEmpty ? UInt16(redis.port) : redisLinks[number].port)/0"
            return try Instance(number, program: options.service, environment: environment)
        }
        return Parts(
            postgres: postgres,
            standby: standby,
            record: record,
            pooler: pooler,
            redis: redis,
            replica: replica,
            sentinels: sentinels,
            instances: instances,
            postgresLinks: postgresLinks,
            redisLinks: redisLinks,
            doors: try links(.shoppers) { UInt16(instances[$0].port) },
            smallDisk: smallDisk
        )
    }

    func takeDown() async throws {
        for instance in instances { instance.signal(SIGCONT) }
        for instance in instances { instance.signal(SIGKILL) }
        for proxy in postgresLinks + redisLinks + doors { proxy.stop() }
        if let sentinels { try await sentinels.remove() } else { try await redis.server.remove() }
        try await replica?.server.remove()
        if smallDisk != nil || standby != nil { try await postgres.remove() }
        try await standby?.remove()
        try await smallDisk?.remove()
    }

    /// The server of all runs, put on its feet if the last run left it otherwise; one of its own for a small disk or
    /// for a pair.
    private static func server(_ fault: Fault, _ options: RunOptions) async throws -> (TestPostgres, SmallDisk?) {
        if fault.hasStandby { return (try await .privateServer(), nil) }
        guard fault.smallDisk != .nothing else {
            try await options.postgres.start()
            return (options.postgres, nil)
        }
        let postgres = try await TestPostgres.privateServer()
        do {
            let disk = try await SmallDisk.mount(megabytes: fault.smallDisk == .tables ? 96 : 128)
            if fault.smallDisk == .log { try await disk.takeLog(of: postgres) }
            return (postgres, disk)
        } catch {
            try await postgres.remove()
            throw error
        }
    }

    private static func database(
        _ fault: Fault,
        on postgres: TestPostgres,
        _ disk: SmallDisk?
    ) async throws -> String {
        guard let disk, fault.smallDisk == .tables else { return try await postgres.makeDatabase() }
        return try await disk.makeDatabase(on: postgres)
    }
}
