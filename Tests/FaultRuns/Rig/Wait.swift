/// Waiting for something to become true, with an end.
enum Wait {
    /// Asks until the answer is a value, or throws after `limit`.
    ///
    /// What `question` throws counts as "not yet", and is told when time is up.
    @discardableResult
    static func until<Value>(
        _ what: String,
        within limit: Duration = .seconds(30),
        every pause: Duration = .milliseconds(20),
        _ question: () async throws -> Value?
    ) async throws -> Value {
        let end = ContinuousClock.now + limit
        var last = ""
        while ContinuousClock.now < end {
            do {
                if let value = try await question() { return value }
            } catch {
                last = ": \(error)"
            }
            try await Task.sleep(for: pause)
        }
        throw FaultRunError("waited \(limit) in vain until \(what)\(last)")
    }
}
