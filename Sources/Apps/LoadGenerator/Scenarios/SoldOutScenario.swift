/// Checkouts of items that are all sold; what it comes for is the refusal.
final class SoldOutScenario: Scenario {
    let steps = ["checkout"]
    private let market: Market

    init(_ market: Market) { self.market = market }

    var ledger: Ledger { market.ledger }

    func begin(_ visit: Visit, _ request: inout RequestBuffer) -> Beginning {
        visit.reset(user: market.nextUser())
        visit.items.append(market.random.below(market.sale.totalItems) + 1)
        market.writeCheckout(visit.items[0], by: visit.user, &request)
        return .request(step: 0)
    }

    func proceed(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation {
        _ = market.takeCheckout(answer, visit, of: visit.items[0])
        if answer.status == 409, answer.isRefused("item_already_sold") { return .succeeded }
        if answer.status < 500 {
            market.ledger.addWrongAnswer("a checkout of a sold item was answered \(answer.description)")
        }
        return .refused
    }

    func abandon(_ visit: Visit) { market.ledger.unknownAttempts += 1 }
}
