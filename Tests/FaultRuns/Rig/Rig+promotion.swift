import TestSupport

// The standby takes over, and what shows it.
extension Rig {
    private static let timeline = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"

    private func pair() throws -> (primary: Record, standby: Record, server: TestPostgres) {
        guard let standby else { throw FaultRunError("there is no standby") }
        let database = record.url.split(separator: "/").last?.prefix { $0 != "?" } ?? ""
        let urls = [postgres.url, standby.url].map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        let records = urls.map { Record(url: "\($0.replacing("postgres:/", with: "postgres://"))/\(database)") }
        return (records[0], records[1], standby)
    }

    /// Kills the primary for good.
    func promoteStandbyOfKilledPrimary() async throws -> String {
        let (primary, standby, server) = try pair()
        let before = try await primary.text(Self.timeline)
        let start = ContinuousClock.now
        try await postgres.kill()
        try await server.promote()
        replaced(after: ContinuousClock.now - start)
        let after = try await standby.text(Self.timeline)
        guard before < after else { throw FaultRunError.didNotFire("the timeline is \(after)") }
        let epoch = try await untilGateFollows(timeline: after)
        return "primary gone; timeline \(Int(before, radix: 16) ?? 0), then \(Int(after, radix: 16) ?? 0), in Redis "
            + "too: epoch \(epoch)"
    }

    /// Freezes the primary, and lets it go on once the standby has taken over.
    func promoteStandbyOfFrozenPrimary() async throws -> String {
        let (primary, standby, server) = try pair()
        let past = try await primary.text(Self.timeline)
        let start = ContinuousClock.now
        try await postgres.suspend()
        try await server.promote()
        replaced(after: ContinuousClock.now - start)
        let after = try await standby.text(Self.timeline)
        try await Task.sleep(for: .seconds(3))
        try await postgres.resume()
        let sold = "SELECT count(*) FROM items WHERE sale_no = \(sale.number) AND sold"
        let before = try await standby.number(sold)
        try await Wait.until("the new primary sells") { try await standby.number(sold) > before ? true : nil }
        // What is under way at the old one comes to its end, the cancellations that were sent included.
        try await Task.sleep(for: .seconds(4))
        let (old, new) = try await (primary.number(sold), standby.number(sold))
        try await Task.sleep(for: .seconds(2))
        let (oldLater, newLater) = try await (primary.number(sold), standby.number(sold))
        let takesWrites = try await primary.text("SELECT NOT pg_is_in_recovery()")
        guard past < after, takesWrites == "true", try await primary.text(Self.timeline) == past else {
            throw FaultRunError.didNotFire("timelines \(past) and \(after), the old one takes writes: \(takesWrites)")
        }
        guard old == oldLater, new < newLater else {
            throw FaultRunError(
                "sold on the old primary: \(old), then \(oldLater); on the new: \(new), then \(newLater)"
            )
        }
        // The address names it first, and the run's own look at the record knows no fence.
        try await postgres.kill()
        return "the old primary takes writes on timeline \(Int(past, radix: 16) ?? 0) and gets none: \(old) units sold "
            + "there, and for 2 s no more, \(newLater - new) meanwhile on timeline \(Int(after, radix: 16) ?? 0)"
    }

    /// Waits until Redis holds the facts of the new timeline; returns its epoch without the cluster's number.
    private func untilGateFollows(timeline: String) async throws -> String {
        let wanted = ".\(Int(timeline, radix: 16) ?? 0)."
        return try await Wait.until("Redis has the facts of timeline \(timeline)") {
            let epoch = try await redis.console.run("GET", "fs:{\(sale.number)}:epoch")
            return epoch.contains(wanted) ? "…" + epoch.drop { $0 != "." } : nil
        }
    }
}
