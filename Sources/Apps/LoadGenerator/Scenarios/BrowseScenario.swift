/// Looks at sale and item pages, as browsers do that keep what they have seen.
final class BrowseScenario: Scenario {
    private static let sale = 0
    private static let active = 1
    private static let items = 2

    let steps = ["sale", "active", "items"]
    private let market: Market

    init(_ market: Market) { self.market = market }

    var ledger: Ledger { market.ledger }

    func begin(_ visit: Visit, _ request: inout RequestBuffer) -> Beginning {
        switch market.random.below(10) {
        case 0, 1:
            market.writeSalePage(&request)
            return .request(step: Self.sale)
        case 2, 3:
            request.write("GET /sales/active")
            request.endGet()
            return .request(step: Self.active)
        case let dice:
            visit.page = dice < 7 ? 0 : market.anyPage()
            market.writeItemsPage(after: visit.page, onlyUnsold: false, tag: visit.tags[visit.page], &request)
            return .request(step: Self.items)
        }
    }

    func proceed(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation {
        if visit.step == Self.items, answer.status == 200, let tag = answer.field("etag") {
            visit.tags[visit.page] = Array(tag)
        }
        return answer.status == 200 || answer.status == 304 ? .succeeded : .refused
    }

    func abandon(_ visit: Visit) {}
}
