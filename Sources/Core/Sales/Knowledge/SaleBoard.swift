import Kernel
import Synchronization

/// What this instance knows: the sales that run, the record's clock, and facts about what is sold.
///
/// Everything on it is learnt from the record or was proven by it; knowledge older than ``maxAge`` refuses nobody.
/// A lock guards it (a few dictionary look-ups a call); nothing waits while holding it.
public final class SaleBoard: Sendable {
    /// How old knowledge of a sale and its epoch may be to refuse somebody.
    public static let maxAge = Duration.seconds(2)
    /// How wrong the record's clock may be where a batch writes it down.
    static let maxClockUncertainty = Duration.milliseconds(5)
    /// How far inside its window a sale must be for a fast refusal.
    static let windowMargin = Duration.seconds(1)
    /// Most users at the limit that are remembered a sale; forgetting one costs only speed.
    static let maxFullUsers = 100_000

    private let state = Mutex(BoardContent())
    private let usesSoldBits: Bool
    private let usesFilter: Bool

    /// A board that knows nothing.
    ///
    /// Without sold bits it refuses no sold unit by itself, without the filter it sends every question to the gate:
    /// slower, and the way to measure what either of them saves.
    public init(usesSoldBits: Bool = true, usesFilter: Bool = true) {
        self.usesSoldBits = usesSoldBits
        self.usesFilter = usesFilter
    }

    /// Takes in a reading of the record; sales that it does not name are over and forgotten.
    ///
    /// - Parameters:
    ///   - live: the running sales and the record's clock.
    ///   - now: when the record was asked, so that what is known is rather older than younger.
    ///   - answered: when its answer came; at once if `nil`.
    public func learn(_ live: LiveSales, at now: Instant, answered: Instant? = nil) {
        state.withLock { state in
            state.learn(live.now, of: live.identity, asked: now, answered: answered ?? now)
            let ids = Set(live.sales.map(\.id))
            state.sales = state.sales.filter { ids.contains($0.key) }
            for sale in live.sales { state.learn(sale, at: now) }
        }
    }

    /// Takes in the sales and the clock that a batch read, and the names of imported items that it resolved.
    public func learn(
        _ sales: some Sequence<Sale>,
        clock: Timestamp,
        identity: RecordIdentity,
        items: [ItemID: ItemKey],
        asked: Instant? = nil,
        at now: Instant
    ) {
        state.withLock { state in
            state.learn(clock, of: identity, asked: asked ?? now, answered: now)
            for sale in sales { state.learn(sale, at: now) }
            for (id, key) in items { state.items[id] = key }
        }
    }

    /// Takes in facts; those of another epoch than the known one are dropped.
    public func learn(_ facts: CommittedFacts) {
        withFacts(of: facts.sale, epoch: facts.epoch) { known in
            for number in facts.sold { known.sold.insert(number) }
            for user in facts.full where known.full.count < Self.maxFullUsers { known.full.insert(user) }
        }
    }

    /// Takes in a filter and sold units, where they are of the known epoch.
    public func learn(_ filter: SoldItemFilter, sold: SoldUnits, of sale: SaleID, epoch: GateEpoch) {
        withFacts(of: sale, epoch: epoch) { known in
            known.sold.formUnion(sold)
            known.isComplete = true
            if known.filter.map({ $0.generation < filter.generation }) ?? true { known.filter = filter }
        }
    }

    /// Takes in every unit that somebody knew to be sold, where they are of the known epoch.
    public func learn(_ sold: SoldUnits, of sale: SaleID, epoch: GateEpoch) {
        withFacts(of: sale, epoch: epoch) { known in
            known.sold.formUnion(sold)
            known.isComplete = true
        }
    }

    /// The item behind an id: generated ids carry it, imported ones are remembered from batches.
    public func item(of id: ItemID) -> ItemKey? {
        id.generatedKey ?? state.withLock { $0.items[id] }
    }

    /// The record's clock as far as this instance can tell; `nil` before the first reading.
    public func recordClock(at now: Instant) -> Timestamp? {
        state.withLock { $0.clock?.time(at: now) }
    }

    /// How long ago this instance last learnt from the record; `nil` before the first time.
    public func recordAge(at now: Instant) -> Duration? {
        state.withLock { state in state.heardAt.map { now - $0 } }
    }

    /// The sales that take checkouts at this moment, as far as this instance can tell.
    public func openSales(at now: Instant) -> [Sale] {
        guard let clock = recordClock(at: now) else { return [] }
        return liveSales().filter { $0.isWellInside(clock, margin: .zero) }
    }

    /// The sales of the given ids as a batch may decide by them: known freshly, and all open at this moment as far as this
    /// instance can tell.
    ///
    /// - Returns: the record's clock, right to ``maxClockUncertainty``, and the sales; `nil` where one of them is not known
    ///   like that.
    public func openSales(_ ids: Set<SaleID>, at now: Instant) -> (clock: Timestamp, sales: [SaleID: Sale])? {
        state.withLock { state in
            guard let sample = state.clock, sample.uncertainty(at: now) <= Self.maxClockUncertainty else { return nil }
            let clock = sample.time(at: now)
            var sales: [SaleID: Sale] = [:]
            for id in ids {
                guard let known = state.sales[id], known.isFresh(at: now),
                    known.sale.isWellInside(clock, margin: .zero)
                else { return nil }
                sales[id] = known.sale
            }
            return (clock, sales)
        }
    }

    /// Those of `items` that are proven to be sold.
    public func soldItems(among items: some Sequence<ItemKey>) -> Set<ItemKey> {
        state.withLock { state in
            var sold: Set<ItemKey> = []
            for item in items where state.sales[item.sale]?.facts?.sold.contains(item.number) == true {
                sold.insert(item)
            }
            return sold
        }
    }

    /// The epoch of a sale, while the knowledge of it is fresh.
    public func epoch(of sale: SaleID, at now: Instant) -> GateEpoch? {
        state.withLock { state in
            guard let known = state.sales[sale], known.isFresh(at: now) else { return nil }
            return known.facts?.epoch
        }
    }

    /// What is known about a sale, whatever its age.
    public func knowledge(of sale: SaleID) -> SaleKnowledge? {
        state.withLock { state in
            state.sales[sale].map {
                SaleKnowledge(
                    sale: $0.sale,
                    epoch: $0.facts?.epoch,
                    soldUnits: $0.facts?.sold.count ?? 0,
                    filter: $0.facts?.filter
                )
            }
        }
    }

    /// Where a sale stands; `nil` where it is not known, or what is sold is not known yet.
    public func progress(of sale: SaleID, at now: Instant) -> SaleProgress? {
        state.withLock { state in
            guard let known = state.sales[sale], let facts = known.facts, facts.isComplete,
                let clock = state.clock?.time(at: now)
            else { return nil }
            return SaleProgress(sale: known.sale, epoch: facts.epoch, sold: facts.sold, now: clock)
        }
    }

    /// The sales that are known not to be over, by number.
    public func liveSales() -> [Sale] {
        state.withLock { $0.sales.values.map(\.sale) }.sorted { $0.id < $1.id }
    }

    /// What this instance's memory says to a checkout, and whether the gate is worth asking.
    func advice(for user: UserID, _ id: ItemID, _ item: ItemKey, at now: Instant) -> Advice {
        state.withLock { state in
            guard let known = state.sales[item.sale], known.isFresh(at: now), let facts = known.facts,
                let clock = state.clock?.time(at: now), known.sale.isWellInside(clock, margin: Self.windowMargin),
                item.number <= known.sale.totalItems  // whether the item exists comes before every other check
            else { return .askRecord }
            if usesSoldBits, facts.sold.contains(item.number) { return .refuse(.itemSold, at: clock) }
            if facts.full.contains(user) { return .refuse(.userLimit, at: clock) }
            guard usesFilter, let filter = facts.filter else {
                return .askGate(facts.epoch, at: clock, onFilterHit: false)
            }
            let hit = filter.bloom.mayContain(id.text.string.utf8)
            return hit ? .askGate(facts.epoch, at: clock, onFilterHit: true) : .filterMiss
        }
    }

    private func withFacts(of sale: SaleID, epoch: GateEpoch, _ change: (inout KnownFacts) -> Void) {
        state.withLock { state in
            state.sales[sale]?.change(under: epoch, change)
        }
    }
}

extension SaleBoard {
    /// What memory says to a checkout.
    enum Advice {
        /// A proven fact refuses it; the time is the record's.
        case refuse(CheckoutRefusal, at: Timestamp)
        /// The gate may know a fact against it.
        case askGate(GateEpoch, at: Timestamp, onFilterHit: Bool)
        /// The filter says that the item is surely not sold.
        case filterMiss
        /// Nothing is known; the batch decides.
        case askRecord
    }
}
