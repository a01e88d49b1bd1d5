import Kernel

/// A time in which operators had stopped the sale.
struct Stop {
    /// From here on it may be stopped: the pause was asked for.
    let from: Int64
    /// From here on it is: the pause was acknowledged.
    let surelyFrom: Int64
    /// Until here it surely is: going on was asked for.
    var surelyUntil = Int64.max
    /// Until here it may be: going on was acknowledged.
    var mayLastUntil = Int64.max
}

extension RunIndex {
    /// The stops of the run, by what operators did.
    var stops: [Stop] {
        var stops: [Stop] = []
        for operation in controls {
            switch operation.question.call {
            case .pause, .end:
                let surely = operation.ending == .ok ? operation.end : .max
                stops.append(Stop(from: operation.start, surelyFrom: surely))
            case .resume:
                guard !stops.isEmpty else { continue }
                stops[stops.count - 1].surelyUntil = min(stops[stops.count - 1].surelyUntil, operation.start)
                if operation.ending == .ok { stops[stops.count - 1].mayLastUntil = operation.end }
            default: continue
            }
        }
        return stops
    }
}

extension HistoryChecker {
    /// By the times on record and, since those might be wrong, by the clients' own.
    mutating func checkWindow() {
        let window = run.record.window
        let end = window.runsOut ? Int64.max : window.endsAt
        let graceEnd = window.runsOut ? Int64.max : window.endsAt + window.graceSeconds * 1_000_000
        for attempt in run.record.attempts where attempt.outcome == "accepted" {
            if attempt.attemptedAt < window.startsAt || attempt.attemptedAt >= end {
                verdict.add(.windowRespected, "\(attempt.item) was accepted outside the window, by its own time")
            }
        }
        for (code, purchase) in run.record.purchases {
            if purchase.decidedAt < window.startsAt || purchase.decidedAt >= graceEnd {
                verdict.add(.windowRespected, "\(code) was decided outside the window, by its own time")
            }
            checkMoment(of: run.purchases[code] ?? [], until: graceEnd)
        }
        for call in run.operations where call.question.call == .checkout && call.ending == .ok {
            checkMoment(of: [call], until: end)
        }
    }

    /// `calls` are those that can have led to one decision; it lies between the first question and the first answer.
    private mutating func checkMoment(of calls: [Operation], until end: Int64) {
        guard let asked = calls.map(\.start).min() else { return }
        let told = calls.filter { $0.outcome != nil || $0.ending == .ok }.map(\.end).min() ?? .max
        let opening = run.record.monotonic(run.record.window.startsAt)
        let closing = end == .max ? .max : run.record.monotonic(end) + run.slack
        if told < opening - run.slack { verdict.add(.windowRespected, "accepted before the window", calls) }
        if asked > closing { verdict.add(.windowRespected, "accepted after the window", calls) }
        for stop in run.stops where asked > stop.surelyFrom && told < stop.surelyUntil {
            verdict.add(.windowRespected, "accepted while the sale was stopped", calls)
        }
    }
}
