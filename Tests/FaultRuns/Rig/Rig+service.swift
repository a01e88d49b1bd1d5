import Foundation
import History
import TestSupport

// What happens to instances, and what shows it.
extension Rig {
    /// Kills an instance, and notes it for the checker: its refusals of the last second may be lost.
    func kill(_ number: Int) async throws -> String {
        recorder.note(.kill, node: number)
        return try await instances[number].kill()
    }

    /// Whether every instance has sold something so far.
    func proofThatEachInstanceSells() async throws -> String {
        let counts = try await Wait.until("each instance has sold") {
            let counts = salesByInstance()
            return counts.allSatisfy { $0 > 0 } ? counts : nil
        }
        return "purchases by instance: \(counts.map { "\($0)" }.joined(separator: ", "))"
    }

    private func salesByInstance() -> [Int] {
        let sold = recorder.history().operations.filter { $0.question.call == .purchase && $0.ending == .ok }
        return instances.map { instance in sold.count { $0.question.node == instance.number } }
    }

    /// By how many seconds an instance's time of day is ahead of this process's.
    func clockError(of instance: Instance) async throws -> Int {
        let answer = try await Caller.call("GET", "/health/live", port: instance.port)
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = answer.header("date").flatMap({ format.date(from: $0) }) else {
            throw FaultRunError("no Date in the answer: \(answer.headers)")
        }
        return Int(date.timeIntervalSinceNow.rounded())
    }
}

// Doing something over and over.
extension Rig {
    /// Does it again and again for a while; returns the sum of what it returned.
    func repeating(
        for time: Duration,
        every pause: Duration,
        _ body: () async throws -> Int
    ) async throws -> Int {
        let end = ContinuousClock.now + time
        var sum = 0
        while ContinuousClock.now < end {
            sum += try await body()
            try await Task.sleep(for: pause)
        }
        return sum
    }

    /// Whether a question gets an answer in time.
    func isAnswered<Value: Sendable>(
        within limit: Duration,
        _ question: @escaping @Sendable () async throws -> Value
    ) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await question()) != nil }  // an error is no answer
            group.addTask {
                try? await Task.sleep(for: limit)  // cancelled once there is an answer
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded.
    var milliseconds: Int { Int((self / .milliseconds(1)).rounded()) }
}
