import Kernel

// Refusals that have no cause.
extension HistoryChecker {
    mutating func checkCheckoutRefusals() {
        for (_, calls) in run.checkoutsByUser {
            var wanted: [ExactText: Int64] = [:]
            for call in calls where call.ending != .refused {
                guard let item = call.question.item else { continue }
                wanted[item] = min(wanted[item] ?? .max, call.start)
            }
            let starts = wanted.values.sorted()
            for call in calls where call.ending == .refused { checkRefused(call, holdings: starts) }
        }
    }

    /// `holdings` are the times when the user began to ask for each item that he was given or may have been.
    private mutating func checkRefused(_ call: Operation, holdings: [Int64]) {
        switch call.answer?.problem {
        case "item_already_sold":
            return  // has a check of its own
        case "user_limit_exceeded":
            let limit = run.record.window.limit
            if holdings.count < limit || holdings[limit - 1] >= call.end {
                verdict.add(.refusalsHaveCause, "the limit of \(limit) was not reached", [call])
            }
        case "sale_not_active", "sale_ended":
            checkClosed(call, grace: 0)
        case "item_not_found":
            guard let item = call.question.item, run.record.units[item] != nil else { return }
            verdict.add(.refusalsHaveCause, "the item exists", [call])
        default:
            verdict.add(.refusalsHaveCause, "nothing in the request is a reason for this", [call])
        }
    }

    mutating func checkCodeRefusals() {
        for operation in run.operations where operation.ending == .refused && operation.outcome == nil {
            guard let code = operation.question.code else { continue }
            switch operation.answer?.problem {
            case "checkout_not_found": checkUnknownCode(operation, code)
            case "checkout_empty": checkEmpty(operation, code)
            case "checkout_completed":
                let holds = operation.question.item.map { run.cart(of: code)?.contains($0) ?? false } ?? false
                if run.record.purchases[code] == nil || !holds {
                    verdict.add(.refusalsHaveCause, "the code is not decided, or without the item", [operation])
                }
            case "sale_not_active": checkClosed(operation, grace: run.record.window.graceSeconds)
            case "sale_ended": checkClosed(operation, grace: run.record.window.graceSeconds)
            case "purchase_not_found": continue  // not decided yet, as far as it could see
            default: verdict.add(.refusalsHaveCause, "nothing in the request is a reason for this", [operation])
            }
        }
        for (code, body) in run.bodies where body.failed.contains(where: { $0.reason == "user_limit" }) {
            verdict.add(.refusalsHaveCause, "\(code) lost items to the limit, which its cart was within")
        }
    }

    private mutating func checkUnknownCode(_ operation: Operation, _ code: String) {
        guard let user = run.record.checkouts[code] else { return }
        let issued = (run.checkoutsByUser[user] ?? []).first { $0.answer?.code == code && $0.end < operation.start }
        if issued != nil { verdict.add(.refusalsHaveCause, "the code had been given out", [issued, operation]) }
    }

    private mutating func checkEmpty(_ operation: Operation, _ code: String) {
        guard let user = run.record.checkouts[code] else { return }
        let filling = (run.checkoutsByUser[user] ?? []).first { checkout in
            guard checkout.answer?.code == code, checkout.end < operation.start, let item = checkout.question.item
            else { return false }
            let removals = run.removals[RunIndex.Line(code: code, item: item)] ?? []
            return !removals.contains { $0.ending != .refused && $0.start < operation.end }
        }
        if filling != nil { verdict.add(.refusalsHaveCause, "the code held an item", [filling, operation]) }
    }

    private mutating func checkClosed(_ call: Operation, grace: Int64) {
        let window = run.record.window
        let end = window.runsOut ? .max : run.record.monotonic(window.endsAt + grace * 1_000_000) - run.slack
        guard call.start > run.record.monotonic(window.startsAt) + run.slack, call.end < end else { return }
        let isStopped = run.stops.contains { $0.from < call.end && $0.mayLastUntil > call.start }
        if !isStopped { verdict.add(.refusalsHaveCause, "the sale was open", [call]) }
    }
}
