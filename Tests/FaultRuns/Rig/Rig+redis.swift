import TestSupport

// What happens to Redis, and what shows it.
extension Rig {
    private var epochKey: String { "fs:{\(sale.number)}:epoch" }
    private var soldKey: String { "fs:{\(sale.number)}:sold" }
    private var fullKey: String { "fs:{\(sale.number)}:full" }

    private func oldReplica() throws -> RedisServer {
        guard let replica else { throw FaultRunError("there is no replica") }
        return replica
    }

    private func soldBits(_ server: RedisServer) async throws -> Int {
        Int(try await server.console.run("BITCOUNT", soldKey)) ?? 0
    }

    /// Raises the epoch, then lets a replica take over that holds the last one's facts, none of them true any more.
    func failOverToOldEpoch() async throws -> String {
        let replica = try oldReplica()
        try await replica.follow(redis)
        try await replica.promote()
        let old = try await replica.console.run("GET", epochKey)
        // In the last epoch all this was a fact; it has ceased to be, which is why there is another epoch.
        let bytes = sale.items.count / 8 + 1
        _ = try await replica.script(
            """
            redis.call('SET', '\(soldKey)', string.rep('\\255', \(bytes)))
            for n = 1, \(4 * sale.items.count) do redis.call('SADD', '\(fullKey)', 'u-\(seed)-' .. n) end
            return 'OK'
            """
        )
        try await record.execute(
            "UPDATE sales SET gate_epoch = gate_epoch + 1, ctl_ver = ctl_ver + 1 WHERE sale_no = \(sale.number)"
        )
        let new = try await Wait.until("Redis has the new epoch") {
            let epoch = try await redis.console.run("GET", epochKey)
            return epoch.contains(".") && epoch != old ? epoch : nil
        }
        let held = try await replica.console.run("GET", epochKey)
        guard held == old, try await soldBits(replica) >= sale.items.count else {
            throw FaultRunError.didNotFire("the replica holds epoch \(held)")
        }
        for link in redisLinks { link.retarget(UInt16(replica.port)) }
        try await Wait.until("the replica has the new epoch") {
            try await replica.console.run("GET", epochKey) == new ? true : nil
        }
        let bits = try await soldBits(replica)
        let sold = try await soldUnits()
        guard bits <= sold else { throw FaultRunError("\(bits) units sold by Redis, \(sold) by the record") }
        return "all units sold under epoch \(Self.number(of: old)), \(bits) under \(Self.number(of: new)) when repaired"
    }

    /// Lets a replica take over that misses the last two seconds.
    func failOverToStaleReplica() async throws -> String {
        let replica = try oldReplica()
        try await replica.follow(redis)
        try await replica.promote()
        try await Task.sleep(for: .seconds(2))
        let (known, missing) = try await (soldBits(redis), soldBits(redis) - soldBits(replica))
        guard missing > 0 else { throw FaultRunError.didNotFire("the replica missed nothing") }
        for link in redisLinks { link.retarget(UInt16(replica.port)) }
        try await Task.sleep(for: .seconds(1))
        return "\(missing) of \(known) sold units unknown to it"
    }

    /// The last number of an epoch.
    private static func number(of epoch: String) -> Substring { epoch.split(separator: ".").last ?? "?" }
}
