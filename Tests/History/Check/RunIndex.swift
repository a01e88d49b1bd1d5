import Kernel

/// A run, sorted for the checks: its calls by what they are about, its record by what it says.
struct RunIndex {
    /// A user and an item.
    struct Wish: Hashable {
        let user: ExactText
        let item: ExactText
    }

    /// A code and an item.
    struct Line: Hashable {
        let code: String
        let item: ExactText
    }

    let record: SaleRecord
    let operations: [Operation]
    /// How far apart the clients' and the record's clock may seem, in nanoseconds.
    let slack: Int64
    private(set) var checkouts: [Wish: [Operation]] = [:]
    private(set) var checkoutsByUser: [ExactText: [Operation]] = [:]
    private(set) var removals: [Line: [Operation]] = [:]
    private(set) var purchases: [String: [Operation]] = [:]
    private(set) var lookUps: [String: [Operation]] = [:]
    /// What the run itself did, in order.
    private(set) var controls: [Operation] = []
    /// What the outcomes on record say.
    private(set) var bodies: [String: PurchaseBody] = [:]
    /// The codes whose outcomes name a unit as bought.
    private(set) var buyersOf: [ExactText: [String]] = [:]
    /// Users who have bought the limit, with when the purchase that reached it was decided.
    private(set) var boughtSince: [ExactText: Int64] = [:]

    init(_ history: History, _ record: SaleRecord) {
        self.record = record
        operations = history.operations
        slack = record.clocks.uncertainty + 20_000_000
        for operation in operations { sort(operation) }
        var bought: [ExactText: Int] = [:]
        for (code, purchase) in record.purchases.sorted(by: { $0.value.decidedAt < $1.value.decidedAt }) {
            guard let body = PurchaseBody(purchase.body) else { continue }
            bodies[code] = body
            for item in body.bought { buyersOf[item, default: []].append(code) }
            bought[purchase.user, default: 0] += body.bought.count
            if bought[purchase.user, default: 0] >= record.window.limit, boughtSince[purchase.user] == nil {
                boughtSince[purchase.user] = record.monotonic(purchase.decidedAt)
            }
        }
    }

    private mutating func sort(_ operation: Operation) {
        let question = operation.question
        switch question.call {
        case .checkout:
            guard let user = question.user, let item = question.item else { return }
            checkouts[Wish(user: user, item: item), default: []].append(operation)
            checkoutsByUser[user, default: []].append(operation)
        case .remove:
            guard let code = question.code, let item = question.item else { return }
            removals[Line(code: code, item: item), default: []].append(operation)
        case .purchase: if let code = question.code { purchases[code, default: []].append(operation) }
        case .findPurchase: if let code = question.code { lookUps[code, default: []].append(operation) }
        case .listItems: return
        case .pause, .resume, .end, .kill: controls.append(operation)
        }
    }

    /// When a code was decided, on the clients' clock; the commit came after it.
    func decidedAt(_ code: String) -> Int64? { record.purchases[code].map { record.monotonic($0.decidedAt) } }

    /// What a code holds, or held when it was decided.
    func cart(of code: String) -> [ExactText]? {
        if let purchase = record.purchases[code] { return purchase.cart }
        guard let user = record.checkouts[code], let buyer = record.buyers[user], buyer.openCode == code else {
            return nil
        }
        return buyer.cart
    }

    /// The first call, if any, that bears an outcome of a code, sent or looked up.
    func answers(with code: String) -> [Operation] {
        ((purchases[code] ?? []) + (lookUps[code] ?? [])).filter { $0.outcome != nil }
    }
}

extension Operation {
    /// Whether it was refused with this problem.
    func isRefused(_ problem: String) -> Bool { ending == .refused && answer?.problem == problem }
}
