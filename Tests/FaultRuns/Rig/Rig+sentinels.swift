import TestSupport

// Sentinels choose another master, and what shows it.
extension Rig {
    /// Kills the master, waits for another and until the service tells it what is sold, and starts the old one again.
    func failOverBySentinels() async throws -> String {
        guard let sentinels else { throw FaultRunError("there are no sentinels") }
        let soldKey = "fs:{\(sale.number)}:sold"
        let start = ContinuousClock.now
        let known = Int(try await redis.console.run("BITCOUNT", soldKey)) ?? 0
        try await redis.server.kill()
        let chosen = try RedisServer(try await sentinels.master(otherThan: redis.server))
        let kept = Int(try await chosen.console.run("BITCOUNT", soldKey)) ?? 0
        try await Wait.until("the service tells the new master what is sold") {
            Int(try await chosen.console.run("BITCOUNT", soldKey)) ?? 0 > kept ? true : nil
        }
        let away = ContinuousClock.now - start
        replaced(after: away)
        try await redis.server.start()
        let before = Int(try await redis.console.run("BITCOUNT", soldKey)) ?? 0
        try await Task.sleep(for: .seconds(1))
        let after = Int(try await redis.console.run("BITCOUNT", soldKey)) ?? 0
        let role = try await redis.info("role")
        guard role == "slave" || before == after else { throw FaultRunError("the old master is told what is sold") }
        let (bits, sold) = try await (Int(chosen.console.run("BITCOUNT", soldKey)) ?? 0, soldUnits())
        guard bits <= sold else { throw FaultRunError("\(bits) units sold by Redis, \(sold) by the record") }
        return
            "process gone, another master told by the service \(away.milliseconds) ms later; \(known) sold units known "
            + "to the old one just before, \(kept) to the new; the old one back as a \(role), and told nothing"
    }
}
