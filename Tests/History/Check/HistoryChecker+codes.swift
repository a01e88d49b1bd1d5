import Kernel

// Codes: one open at a time, open or decided, decided once.
extension HistoryChecker {
    mutating func checkReplays() {
        for (code, calls) in run.purchases {
            let answers = run.answers(with: code).sorted { $0.end < $1.end }
            guard let first = answers.first, let outcome = first.outcome else { continue }
            for other in answers.dropFirst() {
                guard let another = other.outcome else { continue }
                if another.status != outcome.status || !another.body.utf8.elementsEqual(outcome.body.utf8) {
                    verdict.add(.replaysIdentical, "\(code) was answered differently", [first, other])
                }
            }
            for later in calls + (run.lookUps[code] ?? []) where later.start > first.end {
                guard later.ending != .unknown, later.outcome == nil else { continue }
                verdict.add(.replaysIdentical, "\(code) was decided, and then not", [first, later])
            }
        }
    }

    mutating func checkCodes() {
        for (user, calls) in run.checkoutsByUser {
            var spans: [String: CodeSpan] = [:]
            for call in calls where call.ending == .ok {
                guard let code = call.answer?.code else { continue }
                spans[code, default: CodeSpan(code: code, decidedAt: run.decidedAt(code))].take(call)
            }
            var latest: CodeSpan?
            for span in spans.values.sorted(by: { $0.from < $1.from }) {
                if let latest, span.surelyOpen < latest.to - run.slack {
                    verdict.add(.oneOpenCode, "\(latest.code) and \(span.code) of \(user) were open together")
                }
                if !span.isMoment, span.to > latest?.to ?? .min { latest = span }
            }
        }
    }

    /// Every code is open or decided, not both; and a decision was made for a call that was not told otherwise.
    mutating func checkUnknowns() {
        for (code, user) in run.record.checkouts {
            let isOpen = run.record.buyers[user]?.openCode == code
            let isDecided = run.record.purchases[code] != nil
            if isOpen == isDecided {
                verdict.add(.unknownsResolved, "\(code) of \(user) is \(isOpen ? "open and decided" : "neither")")
            }
        }
        for code in run.record.purchases.keys {
            guard let calls = run.purchases[code], let decidedAt = run.decidedAt(code) else { continue }
            let mayHaveDone = calls.contains { call in
                call.start <= decidedAt + run.slack && (call.ending == .unknown || call.outcome != nil)
                    && call.end >= decidedAt - run.slack
            }
            if !mayHaveDone {
                verdict.add(.unknownsResolved, "\(code) was decided when nobody who was told so asked for it", calls)
            }
        }
    }
}

/// When a code was surely open: from the first time it was told until the last time it was given, or its decision.
private struct CodeSpan {
    let code: String
    private let decidedAt: Int64?
    private var firstStart = Int64.max
    private var firstEnd = Int64.max
    private var lastStart = Int64.min

    init(code: String, decidedAt: Int64?) {
        self.code = code
        self.decidedAt = decidedAt
    }

    mutating func take(_ call: Operation) {
        firstStart = min(firstStart, call.start)
        firstEnd = min(firstEnd, call.end)
        lastStart = max(lastStart, call.start)
    }

    private var last: Int64 { max(lastStart, decidedAt ?? .min) }

    /// Whether all that is known is one moment within one call.
    var isMoment: Bool { last <= firstEnd }
    var from: Int64 { isMoment ? firstStart : firstEnd }
    var to: Int64 { isMoment ? firstEnd : last }
    /// A time by which it was open already, and at or after ``from``.
    var surelyOpen: Int64 { firstEnd }
}
