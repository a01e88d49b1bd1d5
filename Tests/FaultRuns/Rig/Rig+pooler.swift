import TestSupport

// The pooler goes away and comes back, and what shows it.
extension Rig {
    /// Kills PgBouncer and puts another in its place.
    func killPooler() async throws -> String {
        guard let pooler = runningPooler else { throw FaultRunError("there is no pooler") }
        let sessions = try await record.sessions()
        let start = ContinuousClock.now
        try await pooler.kill()
        try await Task.sleep(for: .seconds(1))
        let sold = try await soldUnits()
        let another = try await pooler.replacement(sessions: Parts.pooledSessions)
        replacePooler(by: another)
        try await Wait.until("units are sold") { try await soldUnits() > sold ? true : nil }
        let away = ContinuousClock.now - start
        replaced(after: away)
        guard (1...Parts.pooledSessions).contains(sessions) else {
            throw FaultRunError.didNotFire("\(sessions) sessions with the server")
        }
        return "process gone; \(sessions) sessions with the server before; sold again after \(away.milliseconds) ms"
    }
}
