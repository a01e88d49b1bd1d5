/// Checkouts, each perhaps followed by its purchase: `checkout`, `flow`, `contend`, and what goes before other scenarios.
final class FlowScenario: Scenario {
    /// What becomes of a checkout.
    enum Goal { case checkout, keptCheckout, purchase }

    private static let checkout = 0
    private static let purchase = 1

    let steps: [String]
    private let market: Market
    private let goal: Goal
    private let expectsSuccess: Bool
    private let endsWhenSoldOut: Bool
    private var items: ItemOrder
    private var wishes = 0

    /// `expectsSuccess`: a refusal is a broken promise, because users are fresh and items unsold.
    init(
        _ market: Market,
        goal: Goal,
        items way: ItemOrder.Way,
        expectsSuccess: Bool,
        endsWhenSoldOut: Bool = false
    ) {
        self.market = market
        self.goal = goal
        self.expectsSuccess = expectsSuccess
        self.endsWhenSoldOut = endsWhenSoldOut
        steps = goal == .purchase ? ["checkout", "purchase"] : ["checkout"]
        items = ItemOrder(
            way,
            total: market.sale.totalItems,
            shuffledInBlocksOf: market.wishes.shuffledBlock,
            random: &market.random
        )
    }

    var ledger: Ledger { market.ledger }
    var end: String? { endsWhenSoldOut && market.isSoldOut ? "sold out" : nil }

    func begin(_ visit: Visit, _ request: inout RequestBuffer) -> Beginning {
        visit.reset(user: market.nextUser())
        while visit.items.count < market.wishes.itemsPerCheckout {
            guard let item = nextItem(for: visit.user) else { return .over("the items ran out") }
            visit.items.append(item)
        }
        return .request(step: ask(visit, &request))
    }

    func proceed(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation {
        if visit.step == Self.purchase {
            let bought = market.takePurchase(answer, visit)
            if !bought { noteRefusal(answer, visit, "purchase") }
            return bought ? .succeeded : .refused
        }
        let joined = market.takeCheckout(answer, visit, of: visit.items[visit.asked - 1])
        if !joined { noteRefusal(answer, visit, "checkout") }
        if visit.asked < visit.items.count { return .request(step: ask(visit, &request)) }
        guard !visit.code.isEmpty else { return .refused }
        guard goal == .purchase else {
            if goal == .keptCheckout { market.ledger.issued.append(visit.code, user: visit.user) }
            return .succeeded
        }
        market.writePurchase(visit.code, &request)
        return .request(step: Self.purchase)
    }

    func abandon(_ visit: Visit) {
        if visit.step == Self.purchase {
            market.ledger.leaveOpen(CodeTail(visit.code))
        } else {
            market.ledger.unknownAttempts += 1
        }
    }

    /// Shoppers who come again without buying wish for the same few items, as many as they may have in a cart.
    private func nextItem(for user: Int) -> Int? {
        guard goal != .purchase, let users = market.wishes.users else { return items.take(&market.random) }
        wishes += 1
        let own = wishes / users % market.sale.itemsPerUser
        return (user * market.sale.itemsPerUser + own) % market.sale.totalItems + 1
    }

    private func ask(_ visit: Visit, _ request: inout RequestBuffer) -> Int {
        market.writeCheckout(visit.items[visit.asked], by: visit.user, &request)
        visit.asked += 1
        return Self.checkout
    }

    private func noteRefusal(_ answer: Answer, _ visit: Visit, _ step: String) {
        guard expectsSuccess, answer.status < 500, !answer.isRefused("purchase_in_progress") else { return }
        market.ledger.addWrongAnswer(
            "a \(step) of unsold items by the fresh user \(visit.user) was refused: \(answer.description)"
        )
    }
}
