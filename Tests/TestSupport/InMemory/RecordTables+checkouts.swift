import Kernel
import Sales

extension RecordTables {
    /// The first flush of a checkout batch: everything that its commands touch.
    func state(for batch: [CheckoutCommand], isRerun: Bool, at now: Timestamp) -> CheckoutState {
        var state = CheckoutState(now: now)
        for command in batch {
            switch command {
            case .join(let request): read(request, into: &state)
            case .remove(let request): read(request, into: &state)
            case .record: break
            }
        }
        for id in isRerun ? batch.compactMap(\.attemptID) : [] {
            state.recorded[id] = attempts[id].map { RecordedAttempt(outcome: $0.outcome, code: $0.code) }
        }
        return state
    }

    private func read(_ request: CheckoutRequest, into state: inout CheckoutState) {
        if request.item == nil, let key = itemIDs[request.itemID] { state.imported[request.itemID] = key }
        if case .id(let named)? = request.sale { state.sales[named] = sales[named] }
        guard let item = request.item ?? state.imported[request.itemID] else { return }
        state.sales[item.sale] = sales[item.sale]
        if let unit = units[item] { state.units[item] = unit.soldTo != nil }
        let key = BuyerKey(sale: item.sale, user: request.userID)
        if let buyer = buyers[key] { state.buyers[key] = buyer }
    }

    private func read(_ request: RemovalRequest, into state: inout CheckoutState) {
        state.sales[request.code.sale] = sales[request.code.sale]
        guard let user = checkouts[request.code] else { return }
        let key = BuyerKey(sale: request.code.sale, user: user)
        guard let buyer = buyers[key] else { return }
        if buyer.openCode == request.code {
            state.buyers[key] = buyer
            state.checkouts[request.code] = IssuedCheckout(user: user, completedItems: [])
        } else {
            let items = purchases[request.code]?.cart.map(\.id) ?? []
            state.checkouts[request.code] = IssuedCheckout(user: user, completedItems: items)
        }
    }

    /// The second flush of a checkout batch, whole or not at all.
    mutating func commit(
        _ writes: CheckoutWrites,
        at now: Timestamp,
        bug: PlantedBug?
    ) -> FlushAnswer {
        if bug != .trustsTheWindowThatWasRead {
            for sale in writes.sales where !stillSells(sale, at: now, withGrace: false) { return .conflict }
        }
        for row in writes.buyers {
            let (key, buyer) = (row.key, row.buyer)
            let version = buyers[key]?.version ?? 0
            guard version == buyer.version - 1 || bug == .ignoresVersions else { return .conflict }
            guard buyer.isAllowed else { return .rejected }
        }
        for opened in writes.opened where checkouts[opened.code] != nil { return .conflict }
        var fresh: Set<UUIDv7> = []
        for attempt in writes.attempts {
            guard attempts[attempt.id] == nil || bug == .leavesAttemptsOnRecord, fresh.insert(attempt.id).inserted
            else { return .conflict }
        }
        for row in writes.buyers {
            let (key, buyer) = (row.key, row.buyer)
            let bought = buyers[key]?.bought ?? 0
            buyers[key] = buyer
            buyers[key]?.bought = bought
        }
        for opened in writes.opened { checkouts[opened.code] = opened.key.user }
        for attempt in writes.attempts where attempts[attempt.id] == nil {
            attempts[attempt.id] = attempt
            attemptsInOrder.append(attempt)
        }
        return .committed
    }
}

extension Buyer {
    /// Whether the table's constraints allow the row.
    fileprivate var isAllowed: Bool {
        version > 0 && bought >= 0 && Int32(cart.count) + bought <= limit && (openCode != nil || cart.isEmpty)
    }
}
