/// A crowd buys a whole sale from its opening on.
///
/// Each shopper wishes for any item first. Who finds it sold looks at a page of unsold items, picks some of it, and
/// tries those one after another; and so on up to the limit, or until nothing is left.
final class RushScenario: Scenario {
    private static let checkout = 0
    private static let purchase = 1
    private static let items = 2
    /// What a shopper picks from a page: items, at most.
    private static let picks = 10

    let steps = ["checkout", "purchase", "items"]
    private let market: Market
    private var bought: [Int]
    private var picked: [[Int]]
    private var present: Int
    private var hasSeenTheEnd = false
    private unowned var street: (any Street)?

    init(_ market: Market, shoppers: Int) {
        self.market = market
        bought = Array(repeating: 0, count: shoppers)
        picked = Array(repeating: [], count: shoppers)
        present = shoppers
    }

    var ledger: Ledger { market.ledger }

    var end: String? {
        if market.isSoldOut || hasSeenTheEnd { return "sold out" }
        return present == 0 ? "every shopper is at the limit" : nil
    }

    func open(_ street: any Street) {
        self.street = street
        for shopper in bought.indices.shuffled(using: &market.random) { street.arrive(shopper, after: 0) }
    }

    func begin(_ visit: Visit, _ request: inout RequestBuffer) -> Beginning {
        visit.reset(user: visit.shopper)
        return .request(step: wish(visit, &request))
    }

    func proceed(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation {
        switch visit.step {
        case Self.checkout:
            if market.takeCheckout(answer, visit, of: visit.items[0]) {
                market.writePurchase(visit.code, &request)
                return .request(step: Self.purchase)
            }
            if answer.isRefused("item_already_sold") { return .request(step: look(visit, &request)) }
            return again(visit, answer)
        case Self.purchase:
            if market.takePurchase(answer, visit) {
                bought[visit.shopper] += 1
                comeAgain(visit.shopper, after: 0)
                return .succeeded
            }
            if answer.isRefused("all_items_sold") { return .request(step: look(visit, &request)) }
            return again(visit, answer)
        default:
            return choose(visit, answer, &request)
        }
    }

    func abandon(_ visit: Visit) {
        if visit.step == Self.purchase { market.ledger.leaveOpen(CodeTail(visit.code)) }
        if visit.step == Self.checkout { market.ledger.unknownAttempts += 1 }
        comeAgain(visit.shopper, after: 50_000_000)
    }

    private func wish(_ visit: Visit, _ request: inout RequestBuffer) -> Int {
        let item = picked[visit.shopper].popLast() ?? market.random.below(market.sale.totalItems) + 1
        visit.items.removeAll(keepingCapacity: true)
        visit.items.append(item)
        market.writeCheckout(item, by: visit.user, &request)
        return Self.checkout
    }

    /// The item is gone: tries the next that was picked, or looks for others.
    private func look(_ visit: Visit, _ request: inout RequestBuffer) -> Int {
        if !picked[visit.shopper].isEmpty { return wish(visit, &request) }
        visit.page = market.anyPage()
        market.writeItemsPage(after: visit.page, onlyUnsold: true, &request)
        return Self.items
    }

    private func choose(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation {
        guard answer.status == 200 else { return again(visit, answer) }
        var page: [Int] = []
        JSONScan.ids(in: "items", of: answer.body) { if let item = market.number(of: $0) { page.append(item) } }
        if page.isEmpty {
            if visit.page == 0 {
                hasSeenTheEnd = true
                return .refused
            }
            visit.page = 0
            market.writeItemsPage(after: 0, onlyUnsold: true, &request)
            return .request(step: Self.items)
        }
        for _ in 0..<min(Self.picks, page.count) {
            picked[visit.shopper].append(page.remove(at: market.random.below(page.count)))
        }
        return .request(step: wish(visit, &request))
    }

    /// Too early, too busy, or at the limit.
    private func again(_ visit: Visit, _ answer: Answer) -> Continuation {
        if answer.isRefused("user_limit_exceeded") { bought[visit.shopper] = market.sale.itemsPerUser }
        comeAgain(visit.shopper, after: answer.isRefused("sale_not_active") ? 2_000_000 : 20_000_000)
        return .refused
    }

    private func comeAgain(_ shopper: Int, after nanoseconds: Int64) {
        if bought[shopper] >= market.sale.itemsPerUser {
            present -= 1
        } else {
            street?.arrive(shopper, after: nanoseconds)
        }
    }
}
