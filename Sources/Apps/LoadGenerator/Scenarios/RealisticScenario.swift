/// Shoppers as they are: one in ten aggressive, six normal, three just looking; most want the same few items.
///
/// Each waits between requests as people do, and whoever has bought up to the limit makes room for somebody else.
final class RealisticScenario: Scenario {
    private static let checkout = 0
    private static let purchase = 1
    private static let items = 2
    private static let sale = 3

    let steps = ["checkout", "purchase", "items", "sale"]
    private let market: Market
    private var shoppers: [Shopper]
    private unowned var street: (any Street)?

    init(_ market: Market, shoppers count: Int) {
        self.market = market
        shoppers = (0..<count).map { index in
            Shopper(kind: index % 10 == 0 ? .aggressive : index % 10 < 7 ? .normal : .browsing, user: market.nextUser())
        }
    }

    var ledger: Ledger { market.ledger }

    func open(_ street: any Street) {
        self.street = street
        for shopper in shoppers.indices { street.arrive(shopper, after: Int64(market.random.below(1_000_000_000))) }
    }

    func begin(_ visit: Visit, _ request: inout RequestBuffer) -> Beginning {
        let shopper = shoppers[visit.shopper]
        visit.reset(user: shopper.user)
        switch shopper.intent {
        case .look:
            if market.random.below(3) == 0 {
                market.writeSalePage(&request)
                return .request(step: Self.sale)
            }
            market.writeItemsPage(after: market.random.below(2) == 0 ? 0 : market.anyPage(), onlyUnsold: true, &request)
            return .request(step: Self.items)
        case .want:
            visit.items.append(wish())
            market.writeCheckout(visit.items[0], by: visit.user, &request)
            return .request(step: Self.checkout)
        case .buy:
            visit.code.append(contentsOf: shopper.code)
            market.writePurchase(visit.code, &request)
            return .request(step: Self.purchase)
        }
    }

    func proceed(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation {
        var succeeded = answer.status == 200
        let shopper = visit.shopper
        switch visit.step {
        case Self.checkout:
            succeeded = market.takeCheckout(answer, visit, of: visit.items[0])
            if succeeded { shoppers[shopper].code = visit.code }
            shoppers[shopper].afterCheckout(joined: succeeded)
        case Self.purchase:
            succeeded = market.takePurchase(answer, visit)
            shoppers[shopper].afterPurchase(pressesAgain: market.random.below(5) == 0)
        default:
            shoppers[shopper].afterLook(wantsToBuy: market.random.below(10), count: market.random.below(3) + 1)
        }
        if answer.isRefused("user_limit_exceeded") {
            shoppers[shopper] = Shopper(kind: shoppers[shopper].kind, user: market.nextUser())
        }
        think(shopper)
        return succeeded ? .succeeded : .refused
    }

    func abandon(_ visit: Visit) {
        if visit.step == Self.purchase { market.ledger.leaveOpen(CodeTail(visit.code)) }
        if visit.step == Self.checkout { market.ledger.unknownAttempts += 1 }
        think(visit.shopper)
    }

    /// One item in five takes four wishes of five.
    private func wish() -> Int {
        let popular = max(1, market.sale.totalItems / 5)
        if market.random.below(5) > 0 || popular == market.sale.totalItems { return market.random.below(popular) + 1 }
        return popular + market.random.below(market.sale.totalItems - popular) + 1
    }

    private func think(_ shopper: Int) {
        let time = shoppers[shopper].thinkingTime
        let span = Int(time.upperBound - time.lowerBound)
        street?.arrive(shopper, after: time.lowerBound + Int64(market.random.below(span)))
    }
}
