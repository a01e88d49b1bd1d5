import History

/// What a crowd behind a proxy met.
struct ProxyFigures: Sendable {
    let verdict: Verdict
    /// Calls without a definite answer, by what came instead.
    private(set) var failures: [String: Int] = [:]
    /// Longest time in which nobody's checkout or purchase succeeded, in seconds.
    private(set) var silence = 0.0
    /// Longest time for which a call that was answered waited, in seconds.
    private(set) var slowest = 0.0

    init(_ history: History, _ verdict: Verdict) {
        self.verdict = verdict
        var successes: [Int64] = []
        for operation in history.operations where operation.question.call != .kill {
            if let end = operation.answeredAt { slowest = max(slowest, Double(end - operation.start) / 1e9) }
            let answer = operation.answer
            // 202 tells who asks for a purchase that it is under way: an answer.
            if operation.ending == .unknown, answer?.status != 202 {
                let status = answer?.status.map { "\($0) " } ?? ""
                let name = "\(operation.question.call.rawValue) \(status)\(answer?.problem ?? "never answered")"
                failures[name, default: 0] += 1
            } else if operation.ending == .ok, [.checkout, .purchase].contains(operation.question.call) {
                successes.append(operation.answeredAt ?? 0)
            }
        }
        successes.sort()
        for (earlier, later) in zip(successes, successes.dropFirst()) {
            silence = max(silence, Double(later - earlier) / 1e9)
        }
    }

    var failureCount: Int { failures.values.reduce(0, +) }

    var lostAcknowledgements: Int { verdict.counts[.noLostAcknowledgement] ?? 0 }

    /// A row of the table in docs/DEPLOYMENT.md.
    func row(_ name: String) -> String {
        let kinds = failures.sorted { $0.key < $1.key }.map { "\($0.value) `\($0.key)`" }.joined(separator: ", ")
        return "| \(name) | \(verdict.operations) | \(kinds.isEmpty ? "0" : kinds) | \(lostAcknowledgements)"
            + " | \(Self.rounded(silence)) s | \(Self.rounded(slowest)) s |"
    }

    private static func rounded(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }
}
