import Kernel
import Sales

extension InMemoryGate: CheckoutGate {
    /// `checkout`: whether a proven fact refuses.
    public func admit(_ user: UserID, _ item: ItemKey, epoch: GateEpoch) async -> Admission {
        run(item.sale) { keys, _ in
            guard keys.epoch == epoch.description else { return .cold }
            if keys.sold.contains(item.number) { return .sold }
            switch bug {
            case .refusesOnAFilterHit where keys.filterMayContain(item):
                return .sold
            case .comparesUsersCanonically where keys.full.contains { $0.description == user.description }:
                return .limit
            default:
                return keys.full.contains(user) ? .limit : .go
            }
        }
    }

    /// `purchase_finish`: takes in facts of confirmed commits and releases locks.
    public func observe(_ facts: [CommittedFacts]) {
        for entry in facts {
            run(entry.sale) { keys, now in
                if keys.epoch == entry.epoch.description || bug == .takesFactsOfAnyEpoch && keys.epoch != nil {
                    keys.sold.formUnion(entry.sold)
                    keys.full.formUnion(entry.full)
                    for decided in entry.decided {
                        let until = now + Self.outcomeExpiry
                        keys.done[decided.code] = (entry.epoch.description, decided.outcome, until)
                    }
                }
                for decided in entry.decided where keys.locks[decided.code]?.token == decided.lock {
                    keys.locks[decided.code] = nil
                }
            }
        }
    }
}

extension InMemoryGate: PurchaseGate {
    /// `purchase_begin`: replays the outcome of a code, or takes the lock on it.
    public func begin(_ code: CheckoutCode, lock: LockToken, epoch: GateEpoch) async -> PurchaseAdmission {
        run(code.sale) { keys, now in
            guard keys.epoch == epoch.description else { return .cold }
            if let done = keys.done[code], done.epoch == epoch.description, done.until > now {
                return .done(done.outcome)
            }
            if let held = keys.locks[code], held.until > now { return .busy }
            keys.locks[code] = (lock, now + Self.lockExpiry)
            return .locked
        }
    }

    /// `purchase_abort`: gives the lock back without an outcome.
    public func abort(_ code: CheckoutCode, lock: LockToken) {
        run(code.sale) { keys, _ in if keys.locks[code]?.token == lock { keys.locks[code] = nil } }
    }

    /// Whether somebody holds the lock on a code.
    public func isLocked(_ code: CheckoutCode) async -> Bool {
        run(code.sale) { keys, now in keys.locks[code].map { $0.until > now } ?? false }
    }
}

extension InMemoryGate: GateStore {
    /// What the gate holds of a sale.
    public func state(of sale: SaleID) async -> GateState {
        run(sale) { keys, _ in keys.epoch.map { .epoch($0) } ?? .empty }
    }

    /// `open_sale`: builds the gate under the facts' epoch, or merges them in where it has that epoch.
    public func open(_ facts: SaleFacts) async -> GateOpening {
        run(facts.sale) { keys, _ in
            let epoch = facts.epoch.description
            if let held = keys.epoch, held != epoch, Self.isLater(held, than: facts.epoch) { return .stale }
            if keys.epoch != epoch {
                keys.sold = []
                keys.full = []
                keys.bloom = nil
            }
            keys.epoch = epoch
            keys.sold.formUnion(facts.sold.units.numbers)
            keys.full.formUnion(facts.full)
            return .built
        }
    }

    private static func isLater(_ held: String, than epoch: GateEpoch) -> Bool {
        let parts = held.split(separator: ".")
        guard parts.count == 3, parts[0] == String(epoch.system), let timeline = UInt32(parts[1]),
            let number = Int64(parts[2])
        else { return false }
        return (timeline, number) > (epoch.timeline, epoch.number)
    }

    /// `bloom_put`: publishes a filter unless a newer one is there.
    public func publish(_ filter: SoldItemFilter, of sale: SaleID, epoch: GateEpoch) async {
        run(sale) { keys, _ in
            guard keys.epoch == epoch.description else { return }
            if let held = keys.bloom, held.generation >= filter.generation { return }
            keys.bloom = filter
        }
    }

    /// `bloom_get`: the published filter where it is newer, with the sold units.
    public func filter(of sale: SaleID, epoch: GateEpoch, newerThan generation: Int64) async -> FilterReading {
        run(sale) { keys, _ in
            guard keys.epoch == epoch.description, let filter = keys.bloom, filter.generation > generation else {
                return .none
            }
            return .newer(filter, SoldUnits(keys.sold))
        }
    }

    /// The sold units, where they are held under this epoch.
    public func soldUnits(of sale: SaleID, epoch: GateEpoch) async -> SoldUnits? {
        run(sale) { keys, _ in keys.epoch == epoch.description ? SoldUnits(keys.sold) : nil }
    }

    /// `gate_facts`: everything that the gate holds of a sale.
    public func facts(of sale: SaleID) async -> GateContent? {
        run(sale) { keys, _ in GateContent(epoch: keys.epoch ?? "", sold: SoldUnits(keys.sold), full: keys.full) }
    }
}

extension InMemoryGate.Keys {
    fileprivate func filterMayContain(_ item: ItemKey) -> Bool {
        bloom?.bloom.mayContain(ItemID(generated: item).text.string.utf8) ?? false
    }
}
