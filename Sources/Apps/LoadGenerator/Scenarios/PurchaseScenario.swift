/// Redeems codes that were made before, each once.
final class PurchaseScenario: Scenario {
    let steps = ["purchase"]
    private let market: Market
    private let expectsSuccess: Bool
    private var next = 0

    init(_ market: Market, expectsSuccess: Bool) {
        self.market = market
        self.expectsSuccess = expectsSuccess
    }

    var ledger: Ledger { market.ledger }

    func begin(_ visit: Visit, _ request: inout RequestBuffer) -> Beginning {
        guard next < market.ledger.issued.count else { return .over("the codes ran out") }
        visit.reset(user: market.ledger.issued.user(next))
        visit.code.append(contentsOf: market.ledger.issued.code(next))
        next += 1
        market.writePurchase(visit.code, &request)
        return .request(step: 0)
    }

    func proceed(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation {
        if market.takePurchase(answer, visit) { return .succeeded }
        if expectsSuccess, answer.refusal != nil, !answer.isRefused("purchase_in_progress") {
            market.ledger.addWrongAnswer("a purchase of unsold items was refused: \(answer.description)")
        }
        return .refused
    }

    func abandon(_ visit: Visit) { market.ledger.leaveOpen(CodeTail(visit.code)) }
}
