import Kernel

/// What a batch of checkout commands comes to: an outcome each, and what to write.
public struct CheckoutDecision: Sendable {
    /// The outcomes, in the order of the commands.
    public private(set) var outcomes: [CheckoutCommandOutcome] = []
    /// What to write.
    public private(set) var writes: CheckoutWrites
    /// Whether an outcome rests on the state alone: a refusal, a removal, or a repetition that writes no buyer's row.
    ///
    /// Everything else is compared again by the commit, so that it may be decided by a state that is only believed.
    public private(set) var restsOnState = false

    private let state: CheckoutState
    /// Buyers' rows as the batch found them and as it leaves them.
    private var changes: [BuyerKey: (before: Buyer, after: Buyer)] = [:]
    private var relied: Set<SaleID> = []

    /// Decides `batch` in order of arrival against `state`.
    ///
    /// Pure; each command sees what the ones before it did.
    public static func decide(_ batch: [CheckoutCommand], _ state: CheckoutState) -> CheckoutDecision {
        var decision = CheckoutDecision(state: state)
        decision.outcomes.reserveCapacity(batch.count)
        decision.changes.reserveCapacity(batch.count)
        for command in batch {
            switch command {
            case .join(let request): decision.outcomes.append(decision.join(request))
            case .remove(let request): decision.outcomes.append(decision.remove(request))
            case .record(let attempt):
                if state.recorded[attempt.id] == nil { decision.writes.attempts.append(attempt) }
                decision.outcomes.append(.recorded)
            }
        }
        decision.collectWrites()
        return decision
    }

    private init(state: CheckoutState) {
        self.state = state
        writes = CheckoutWrites(decidedAt: state.now)
    }

    // The order of checks is the same everywhere: item, window and pause, sold, duplicate, limit.
    private mutating func join(_ request: CheckoutRequest) -> CheckoutCommandOutcome {
        if let recorded = state.recorded[request.attemptID] {
            restsOnState = true
            return replay(request, recorded)
        }
        guard let item = request.item ?? state.imported[request.itemID], let isSold = state.units[item],
            let sale = state.sales[item.sale]
        else { return refuse(request, nil, .itemNotFound) }
        if let refusal = contradiction(between: item, and: request.sale) { return refuse(request, item, refusal) }
        switch sale.checkoutWindow(at: state.now) {
        case .notActive(let opensAt): return refuse(request, item, .saleNotActive(opensAt: opensAt))
        case .ended: return refuse(request, item, .saleEnded)
        case .open: break
        }
        if isSold { return refuse(request, item, .itemSold) }
        let key = BuyerKey(sale: item.sale, user: request.userID)
        let change = changes[key]
        let before = change?.before ?? state.buyers[key] ?? .newcomer(limit: sale.itemsPerUser)
        var buyer = change?.after ?? before
        let code = buyer.openCode ?? CheckoutCode(sale: item.sale, secret: request.secret)
        if buyer.openCode == nil || !buyer.cart.contains(where: { $0.number == item.number }) {
            guard buyer.left > 0 else { return refuse(request, item, .userLimit) }
            if buyer.openCode == nil { writes.opened.append(OpenedCode(key: key, code: code)) }
            buyer.openCode = code
            buyer.cart.append(CartItem(number: item.number, id: request.itemID))
            changes[key] = (before, buyer)
            relied.insert(sale.id)
        } else if change == nil {
            restsOnState = true
        }
        put(request, item, code, CheckoutAttempt.accepted)
        return joined(code, buyer, request.userID, sale)
    }

    private func contradiction(between item: ItemKey, and named: NamedSale?) -> CheckoutRefusal? {
        switch named {
        case nil: nil
        case .id(item.sale): nil
        case .id(let other): state.sales[other] == nil ? .saleNotFound : .itemNotInSale
        case .impossible: .saleNotFound
        }
    }

    private mutating func remove(_ request: RemovalRequest) -> CheckoutCommandOutcome {
        restsOnState = true
        guard let sale = state.sales[request.code.sale] else { return .checkoutNotFound }
        // A code opened earlier in this batch has not been answered to anybody, so nobody can name it.
        guard let issued = state.checkouts[request.code], issued.user == request.owner ?? issued.user else {
            return .checkoutNotFound
        }
        let key = BuyerKey(sale: sale.id, user: issued.user)
        guard let before = changes[key]?.before ?? state.buyers[key], var buyer = buyer(key),
            buyer.openCode == request.code
        else {
            let items = issued.completedItems
            if items.contains(request.itemID) { return .checkoutCompleted }
            return .removed(checkout(request.code, issued.user, .completed, items, sale))
        }
        if let index = buyer.cart.firstIndex(where: { $0.id == request.itemID }) {
            buyer.cart.remove(at: index)
            changes[key] = (before, buyer)
        }
        return .removed(checkout(request.code, issued.user, .open, buyer.cart.map(\.id), sale))
    }

    private func replay(_ request: CheckoutRequest, _ recorded: RecordedAttempt) -> CheckoutCommandOutcome {
        if let refusal = CheckoutRefusal(outcome: recorded.outcome) { return .refused(refusal) }
        guard let code = recorded.code, let sale = state.sales[code.sale],
            let buyer = buyer(BuyerKey(sale: code.sale, user: request.userID)), buyer.openCode == code
        else { return .superseded }
        return joined(code, buyer, request.userID, sale)
    }

    private func joined(_ code: CheckoutCode, _ buyer: Buyer, _ user: UserID, _ sale: Sale) -> CheckoutCommandOutcome {
        .joined(
            checkout(code, user, .open, buyer.cart.map(\.id), sale),
            Allowance(limit: buyer.limit, left: buyer.left)
        )
    }

    private func checkout(
        _ code: CheckoutCode,
        _ user: UserID,
        _ status: Checkout.Status,
        _ items: [ItemID],
        _ sale: Sale
    ) -> Checkout {
        Checkout(code: code, userID: user, status: status, items: items, saleEndsAt: sale.endsAt)
    }

    private mutating func refuse(
        _ request: CheckoutRequest,
        _ item: ItemKey?,
        _ refusal: CheckoutRefusal
    ) -> CheckoutCommandOutcome {
        restsOnState = true
        put(request, item, nil, refusal.outcome)
        return .refused(refusal)
    }

    private mutating func put(_ request: CheckoutRequest, _ item: ItemKey?, _ code: CheckoutCode?, _ outcome: String) {
        writes.attempts.append(
            CheckoutAttempt(
                id: request.attemptID,
                userID: request.userID,
                itemID: request.itemID,
                item: item,
                code: code,
                outcome: outcome,
                attemptedAt: state.now
            )
        )
    }

    private func buyer(_ key: BuyerKey) -> Buyer? { changes[key]?.after ?? state.buyers[key] }

    /// Compares the buyers after the batch with the ones read, so that what came and went within it leaves no row.
    private mutating func collectWrites() {
        for key in changes.keys.sorted() {
            guard let (before, changed) = changes[key], let code = changed.openCode else { continue }
            var after = changed
            after.version = before.version + 1
            if before.openCode == code {
                for item in before.cart where !after.cart.contains(where: { $0.number == item.number }) {
                    writes.removed.append((code, item.number))
                }
            }
            writes.buyers.append(BuyerRow(key: key, buyer: after))
        }
        writes.sales = relied.sorted().compactMap { state.sales[$0] }
    }
}
