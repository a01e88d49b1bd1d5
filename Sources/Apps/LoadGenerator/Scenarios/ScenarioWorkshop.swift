/// Makes the scenario of a run, and what must go before it.
struct ScenarioWorkshop: Sendable {
    let name: ScenarioName
    let sale: TargetSale
    let wishes: Wishes
    /// Shoppers, where the scenario has a population of its own.
    let users: Int?

    init(_ name: ScenarioName, _ sale: TargetSale, _ wishes: Wishes, users: Int?) {
        self.name = name
        self.sale = sale
        self.wishes = wishes
        self.users = users
    }

    var sellsOut: Bool { name.sellsOut }
    var needsPreparation: Bool { name == .purchase || name == .soldout }

    /// Makes codes for all items, or sells all items.
    func preparation() -> any Scenario {
        var wishes = wishes
        // Whatever the checkouts are like, every item must go.
        if name == .soldout { wishes.itemsPerCheckout = 1 }
        let market = Market(sale: sale, wishes: wishes, ledger: Ledger(totalItems: sale.totalItems))
        let goal: FlowScenario.Goal = name == .purchase ? .keptCheckout : .purchase
        return FlowScenario(market, goal: goal, items: .once, expectsSuccess: false)
    }

    /// The scenario itself, which goes on from what was acknowledged before.
    func scenario(after ledger: Ledger) -> any Scenario {
        let market = Market(sale: sale, wishes: wishes, ledger: ledger, firstUser: sale.totalItems)
        let isFresh = sale.isOwn && wishes.users == nil
        switch name {
        case .checkout: return FlowScenario(market, goal: .checkout, items: .round, expectsSuccess: isFresh)
        case .flow: return FlowScenario(market, goal: .purchase, items: .once, expectsSuccess: isFresh)
        case .contend:
            return FlowScenario(
                market,
                goal: .purchase,
                items: .uniform,
                expectsSuccess: false,
                endsWhenSoldOut: true
            )
        case .purchase: return PurchaseScenario(market, expectsSuccess: sale.isOwn)
        case .soldout: return SoldOutScenario(market)
        case .browse: return BrowseScenario(market)
        case .rush: return RushScenario(market, shoppers: users ?? 5000)
        case .realistic: return RealisticScenario(market, shoppers: users ?? 1000)
        }
    }
}
