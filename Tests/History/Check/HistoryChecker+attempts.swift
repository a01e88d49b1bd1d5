import Kernel

// Attempts on record against checkouts that were answered.
extension HistoryChecker {
    /// How long before an instance's death refusals may be lost, in nanoseconds: a second, and what a batch takes.
    static let forgottenBeforeDeath: Int64 = 1_500_000_000

    mutating func checkAttempts() {
        var recorded: [RunIndex.Wish: [String: Int]] = [:]
        for attempt in run.record.attempts {
            let wish = RunIndex.Wish(user: attempt.user, item: attempt.item)
            recorded[wish, default: [:]][attempt.outcome, default: 0] += 1
        }
        for (wish, calls) in run.checkouts { compare(calls, with: recorded[wish] ?? [:], wish) }
        for (wish, outcomes) in recorded where run.checkouts[wish] == nil {
            verdict.add(.noPhantom, "\(wish.user) is on record with \(outcomes) for \(wish.item), and never asked")
        }
    }

    private mutating func compare(_ calls: [Operation], with recorded: [String: Int], _ wish: RunIndex.Wish) {
        var answered: [String: Int] = [:]
        var forgivable: [String: Int] = [:]
        var unknown = 0
        for call in calls {
            guard call.ending != .unknown, let answer = call.answer else {
                unknown += 1
                continue
            }
            let outcome = call.ending == .ok ? "accepted" : answer.problem ?? "refused"
            answered[outcome, default: 0] += 1
            if mayBeForgotten(call) { forgivable[outcome, default: 0] += 1 }
        }
        for (outcome, count) in answered {
            let missing = count - recorded[outcome, default: 0] - forgivable[outcome, default: 0]
            if missing > 0 {
                let message = "\(missing) attempts at \(wish.item) by \(wish.user) are not on record as \(outcome)"
                verdict.add(.attemptsPersisted, message, calls)
            }
        }
        // Each outcome on record beyond those answered was made by a call whose answer is unknown.
        let surplus = recorded.reduce(0) { $0 + max(0, $1.value - answered[$1.key, default: 0]) }
        if surplus > unknown {
            let message = "\(surplus) attempts at \(wish.item) by \(wish.user) more than answered; \(unknown) unknown"
            verdict.add(.noPhantom, message, calls)
        }
    }

    /// A refusal from memory or the gate that its instance had no time to write before it was killed.
    private func mayBeForgotten(_ call: Operation) -> Bool {
        guard call.isRefused("item_already_sold") || call.isRefused("user_limit_exceeded") else { return false }
        return run.controls.contains { control in
            control.question.call == .kill && control.question.node == call.question.node
                && call.end > control.start - Self.forgottenBeforeDeath && call.start < control.end
        }
    }
}
