import Kernel

// What the record says by itself: units, totals, limits.
extension HistoryChecker {
    mutating func checkUnits(soldOut: Bool) {
        let total = run.record.window.totalItems
        let sold = run.record.units.values.count { $0 != nil }
        verdict.units = (sold, total)
        if run.record.units.count != total {
            verdict.add(.noOversell, "the sale has \(total) units, and \(run.record.units.count) are on record")
        }
        for (item, codes) in run.buyersOf where codes.count > 1 {
            verdict.add(.noOversell, "\(item) was bought under \(codes.count) codes: \(codes.sorted())")
        }
        checkAcknowledgedUnits()
        if soldOut, sold != total { verdict.add(.soldOut, "\(total - sold) of \(total) units are left") }
    }

    /// What clients were told counts as well as what is on record.
    private mutating func checkAcknowledgedUnits() {
        var owners: [ExactText: Operation] = [:]
        for operation in run.operations where operation.outcome?.status == 200 {
            for item in operation.answer?.items ?? [] {
                guard let other = owners[item] else {
                    owners[item] = operation
                    continue
                }
                if other.question.code != operation.question.code {
                    verdict.add(.noOversell, "\(item) was acknowledged to two codes", [other, operation])
                }
            }
        }
    }

    mutating func checkConservation() {
        let record = run.record
        var bought: [ExactText: Int] = [:]
        for (code, purchase) in record.purchases {
            guard let body = run.bodies[code] else {
                verdict.add(.conservation, "the outcome of \(code) cannot be read: \(purchase.body)")
                continue
            }
            bought[purchase.user, default: 0] += body.bought.count
            if Set(body.bought + body.failed.map(\.item)) != Set(purchase.cart) {
                verdict.add(.conservation, "the outcome of \(code) names other items than the code held")
            }
            for item in body.bought where record.units[item] != .some(code) {
                verdict.add(.conservation, "\(code) bought \(item), which is on record as \(owner(of: item))")
            }
        }
        for (item, code) in record.units {
            guard let code, !(run.buyersOf[item] ?? []).contains(code) else { continue }
            verdict.add(.conservation, "\(item) is sold to \(code), whose outcome does not say so")
        }
        for user in Set(record.buyers.keys).union(bought.keys) {
            let total = record.buyers[user]?.bought ?? 0
            if total != bought[user, default: 0] {
                verdict.add(.conservation, "\(user) has bought \(total), by outcomes \(bought[user, default: 0])")
            }
        }
    }

    mutating func checkLimits() {
        let limit = run.record.window.limit
        var bought: [ExactText: Int] = [:]
        for (code, purchase) in run.record.purchases {
            bought[purchase.user, default: 0] += run.bodies[code]?.bought.count ?? 0
        }
        for (user, count) in bought where count > limit {
            verdict.add(.limits, "\(user) bought \(count), the limit is \(limit)")
        }
        for (user, buyer) in run.record.buyers where buyer.bought + buyer.cart.count > limit {
            verdict.add(.limits, "\(user) holds \(buyer.cart.count) and has \(buyer.bought), the limit is \(limit)")
        }
    }

    private func owner(of item: ExactText) -> String {
        guard let unit = run.record.units[item] else { return "no unit" }
        return unit.map { "sold to \($0)" } ?? "unsold"
    }
}
