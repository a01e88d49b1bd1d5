import Kernel

// Units that were called sold, and units that were.
extension HistoryChecker {
    /// A final "sold" needs a purchase of the unit that can have been committed before it was said.
    mutating func checkSoldRefusals() {
        for operation in run.operations where operation.isRefused("item_already_sold") {
            guard operation.question.call == .checkout, let item = operation.question.item else { continue }
            checkSold(item, before: operation.end, said: operation)
        }
        for (code, body) in run.bodies {
            guard let said = run.answers(with: code).min(by: { $0.end < $1.end }) else { continue }
            for (item, reason) in body.failed where reason == "already_sold" {
                checkSold(item, before: said.end, said: said)
            }
        }
    }

    private mutating func checkSold(_ item: ExactText, before moment: Int64, said: Operation) {
        guard let unit = run.record.units[item], let code = unit else {
            return verdict.add(.soldIsFinal, "\(item) was called sold and is not", [said])
        }
        guard code != said.question.code else {
            return verdict.add(.soldIsFinal, "\(item) was called sold to the code that bought it", [said])
        }
        let wasAskedFor = (run.purchases[code] ?? []).contains { $0.start < moment }
        let wasDecided = run.decidedAt(code).map { $0 - run.slack <= moment } ?? false
        if !wasAskedFor || !wasDecided {
            verdict.add(.soldIsFinal, "\(item) was called sold before \(code) bought it", [said])
        }
    }

    /// Sold comes before duplicate and limit in the order of checks, and every instance reads one record.
    ///
    /// A user who has bought the limit may be told that instead: both are final, and a proven fact may speak first.
    mutating func checkSoldAnswers() {
        var soldSince: [ExactText: Operation] = [:]
        for operation in run.operations where operation.outcome?.status == 200 {
            for item in operation.answer?.items ?? [] where soldSince[item].map({ operation.end < $0.end }) ?? true {
                soldSince[item] = operation
            }
        }
        for operation in run.operations where operation.question.call == .checkout && operation.ending != .unknown {
            guard let item = operation.question.item, let sale = soldSince[item], operation.start > sale.end,
                operation.ending == .ok || operation.isRefused("user_limit_exceeded") && !hasBoughtLimit(operation)
            else { continue }
            verdict.add(.equalAnswers, "\(item) was sold, and then answered otherwise", [sale, operation])
        }
    }

    private func hasBoughtLimit(_ operation: Operation) -> Bool {
        guard let user = operation.question.user else { return false }
        return (run.boughtSince[user] ?? .max) < operation.end
    }
}
