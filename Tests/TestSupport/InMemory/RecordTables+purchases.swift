import Kernel
import Sales

extension RecordTables {
    /// The first flush of a purchase batch: everything that its codes touch.
    func state(for batch: [PurchaseRequest], at now: Timestamp) -> PurchaseState {
        var state = PurchaseState(now: now)
        for code in batch.map(\.code) {
            state.sales[code.sale] = sales[code.sale]
            state.checkouts[code] = redeemable(code)
        }
        return state
    }

    private func redeemable(_ code: CheckoutCode) -> RedeemableCheckout? {
        guard let user = checkouts[code], let buyer = buyers[BuyerKey(sale: code.sale, user: user)] else { return nil }
        let isOpen = buyer.openCode == code
        let lines = buyer.cart.compactMap { line in
            units[ItemKey(sale: code.sale, number: line.number)].map {
                CartLine(item: $0.item, isSold: $0.soldTo != nil)
            }
        }
        return RedeemableCheckout(
            user: user,
            version: buyer.version,
            isOpen: isOpen,
            bought: buyer.bought,
            limit: buyer.limit,
            lines: isOpen ? lines : [],
            outcome: isOpen ? nil : purchases[code]?.outcome
        )
    }

    /// The second flush of a purchase batch, whole or not at all; `outcomes` are those of its purchases, in their order.
    mutating func commit(
        _ decision: PurchaseDecision,
        _ outcomes: [StoredOutcome],
        at now: Timestamp,
        bug: PlantedBug?
    ) -> FlushAnswer {
        var next = self
        if bug != .trustsTheWindowThatWasRead {
            for sale in decision.sales where !stillSells(sale, at: now, withGrace: true) { return .conflict }
        }
        for (decided, outcome) in zip(decision.purchases, outcomes) {
            let answer = next.settle(decided, outcome, bug: bug)
            guard answer == .committed else { return answer }
        }
        self = next
        return .committed
    }

    private mutating func settle(
        _ decided: PurchaseDecision.Decided,
        _ outcome: StoredOutcome,
        bug: PlantedBug?
    ) -> FlushAnswer {
        let code = decided.purchase.code
        let key = BuyerKey(sale: code.sale, user: decided.purchase.userID)
        guard let buyer = buyers[key], buyer.version == decided.version || bug == .ignoresVersions,
            purchases[code] == nil
        else { return .conflict }
        guard decided.bought <= buyer.limit else { return .rejected }
        buyers[key] = Buyer(
            version: buyer.version + 1,
            openCode: nil,
            bought: decided.bought,
            limit: buyer.limit,
            cart: []
        )
        if bug != .storesTheOutcomeLater { store(decided, outcome) }
        for item in decided.purchase.items {
            guard units[item.key]?.soldTo == nil || bug == .comparesUnitsAfterCommit else { return .conflict }
            if units[item.key]?.soldTo == nil { units[item.key]?.soldTo = code }
        }
        return .committed
    }

    /// Stores outcomes alone: what only a broken protocol does.
    mutating func storeOutcomes(of decision: PurchaseDecision, _ outcomes: [StoredOutcome]) {
        for (decided, outcome) in zip(decision.purchases, outcomes) where purchases[decided.purchase.code] == nil {
            store(decided, outcome)
        }
    }

    private mutating func store(_ decided: PurchaseDecision.Decided, _ outcome: StoredOutcome) {
        let code = decided.purchase.code
        let items = decided.cart.compactMap { units[ItemKey(sale: code.sale, number: $0)]?.item }
        let cart = items.map { CartItem(number: $0.key.number, id: $0.id) }
        purchases[code] = DecidedCode(user: decided.purchase.userID, outcome: outcome, cart: cart)
        purchasesInOrder.append(code)
    }
}
