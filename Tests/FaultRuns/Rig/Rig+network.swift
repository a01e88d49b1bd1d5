import TestSupport

// What happens to the links, and what shows it.
extension Rig {
    /// Cuts links off and refuses new connections for a while.
    func cutOff(_ links: [FaultProxy], for time: Duration) async throws -> String {
        for link in links { link.impose(.refusing) }
        let cut = links.reduce(0) { $0 + $1.cut(.close) }
        try await Task.sleep(for: time)
        let open = links.reduce(0) { $0 + $1.connectionCount }
        for link in links { link.impose(NetworkConditions()) }
        guard cut > 0, open == 0 else { throw FaultRunError.didNotFire("\(cut) connections cut, \(open) open") }
        return "\(cut) connections cut, none open meanwhile"
    }

    /// Resets all connections again and again.
    func resetAll(_ links: [FaultProxy], for time: Duration) async throws -> String {
        let count = try await repeating(for: time, every: .milliseconds(100)) {
            links.reduce(0) { $0 + $1.cut(.reset) }
        }
        guard count >= 20 else { throw FaultRunError.didNotFire("\(count) connections reset") }
        return "\(count) connections reset"
    }

    /// Makes links bad for a while.
    func impose(_ conditions: [(link: FaultProxy, conditions: NetworkConditions)], for time: Duration) async throws
        -> String
    {
        let before = conditions.map { $0.link.troubledBytes }
        for entry in conditions { entry.link.impose(entry.conditions) }
        try await Task.sleep(for: time)
        for entry in conditions { entry.link.impose(NetworkConditions()) }
        let bytes = zip(conditions, before).map { $0.link.troubledBytes - $1 }
        guard bytes.allSatisfy({ $0 > 0 }) else { throw FaultRunError.didNotFire("bytes met by it: \(bytes)") }
        return "bytes met by it on each link: \(bytes.map { "\($0)" }.joined(separator: ", "))"
    }

    /// Breaks every link to PostgreSQL at so many commits.
    func breakCommits(at pattern: String, _ fault: FaultProxy.Fault, times: Int) async throws -> String {
        var late = 0
        if case .holdRequest = fault {
            for _ in 0..<times {
                try await breakCommits(at: pattern, fault, once: 1)
                try await Task.sleep(for: .seconds(1))
                late += try await record.sessions(
                    where: "state = 'idle in transaction' AND state_change < clock_timestamp() - interval '0.5 s'"
                )
                for link in postgresLinks { link.release() }
            }
            guard late >= times else { throw FaultRunError.didNotFire("\(late) sessions were waiting for a flush") }
        } else {
            try await breakCommits(at: pattern, fault, once: times)
        }
        let fired = postgresLinks.reduce(0) { $0 + $1.fired }
        let waited = late > 0 ? ", \(late) sessions waiting for a flush when it came" : ""
        return "\(fired) commits met by it\(waited)"
    }

    private func breakCommits(at pattern: String, _ fault: FaultProxy.Fault, once times: Int) async throws {
        let wanted = postgresLinks.map { $0.fired + times }
        for link in postgresLinks { link.breakConnections(at: pattern, fault, times: times) }
        try await Wait.until("\(times) commits have been met on each link") {
            zip(postgresLinks, wanted).allSatisfy { $0.fired >= $1 } ? true : nil
        }
    }
}
