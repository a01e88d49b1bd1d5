import Kernel

/// What a batch of purchase requests comes to: a verdict each, and what to write.
public struct PurchaseDecision: Sendable {
    /// What one request comes to.
    public enum Verdict: Hashable, Sendable {
        /// Decided by this batch; the outcome is the entry of that index in ``PurchaseDecision/purchases``.
        case decided(Int)
        /// Decided earlier.
        case replay(StoredOutcome)
        /// Not redeemable now; nothing is stored.
        case refused(PurchaseRefusal)
    }

    /// A purchase that this batch decides, with what it leaves in the buyer's row.
    public struct Decided: Hashable, Sendable {
        /// The outcome.
        public let purchase: Purchase
        /// The buyer's version that was read; the commit raises it by one.
        public let version: Int64
        /// How many items the buyer has bought after it.
        public let bought: Int32
        /// The purchase limit.
        public let limit: Int32
        /// The numbers of the items that the code held, bought or not, in the cart's order.
        public let cart: [Int32]

        /// Whether the buyer cannot buy anything more in this sale.
        public var reachesLimit: Bool { bought >= limit }
    }

    /// The verdicts, in the order of the requests.
    public private(set) var verdicts: [Verdict] = []
    /// The purchases that this batch decides; each code and each buyer at most once.
    public private(set) var purchases: [Decided] = []
    /// The sales whose window and control version the commit must find as they were read.
    public private(set) var sales: [Sale] = []

    /// Whether a verdict rests on the state alone: a refusal or a replay.
    ///
    /// Everything else is compared again by the commit, so that it may be decided by a state that is only believed.
    public var restsOnState: Bool {
        !verdicts.allSatisfy { verdict in if case .decided = verdict { true } else { false } }
    }

    private let state: PurchaseState
    private var soldHere: Set<ItemKey> = []
    private var decidedHere: [CheckoutCode: Int] = [:]

    /// Decides `batch` in order of arrival against `state`.
    ///
    /// Pure: works on a copy of the state, in which each request sees what the ones before it bought. Requests with
    /// the same code share one decision.
    public static func decide(_ batch: [PurchaseRequest], _ state: PurchaseState) -> PurchaseDecision {
        var decision = PurchaseDecision(state: state)
        decision.verdicts.reserveCapacity(batch.count)
        for request in batch { decision.verdicts.append(decision.verdict(on: request)) }
        let relied = Set(decision.purchases.map(\.purchase.code.sale))
        decision.sales = relied.sorted().compactMap { state.sales[$0] }
        return decision
    }

    private init(state: PurchaseState) { self.state = state }

    // The order of checks is the same everywhere: unknown or foreign code, replay, window and pause, emptiness, units,
    // limit.
    private mutating func verdict(on request: PurchaseRequest) -> Verdict {
        let code = request.code
        guard let checkout = state.checkouts[code], checkout.user == request.owner ?? checkout.user,
            let sale = state.sales[code.sale]
        else { return .refused(.checkoutNotFound) }
        if let outcome = checkout.outcome { return .replay(outcome) }
        if let index = decidedHere[code] { return .decided(index) }
        // A code is open or decided; one that is neither was never committed.
        guard checkout.isOpen else { return .refused(.checkoutNotFound) }
        switch sale.purchaseWindow(at: state.now) {
        case .notActive(let opensAt): return .refused(.saleNotActive(opensAt: opensAt))
        case .ended: return .refused(.saleEnded)
        case .open: break
        }
        if checkout.lines.isEmpty { return .refused(.checkoutEmpty) }
        let decided = decide(code, checkout)
        purchases.append(decided)
        decidedHere[code] = purchases.count - 1
        return .decided(purchases.count - 1)
    }

    private mutating func decide(_ code: CheckoutCode, _ checkout: RedeemableCheckout) -> Decided {
        var items: [Item] = []
        var failures: [Purchase.FailedItem] = []
        var bought = checkout.bought
        for line in checkout.lines {
            if line.isSold || soldHere.contains(line.item.key) {
                failures.append(.init(id: line.item.id, reason: .alreadySold))
            } else if bought >= checkout.limit {
                failures.append(.init(id: line.item.id, reason: .userLimit))
            } else {
                soldHere.insert(line.item.key)
                items.append(line.item)
                bought += 1
            }
        }
        let purchase = Purchase(
            code: code,
            userID: checkout.user,
            items: items,
            failures: failures,
            decidedAt: state.now
        )
        return Decided(
            purchase: purchase,
            version: checkout.version,
            bought: bought,
            limit: checkout.limit,
            cart: checkout.lines.map(\.item.key.number)
        )
    }
}
