import Kernel

/// Everything that is on a ``SaleBoard``.
struct BoardContent {
    var identity: RecordIdentity?
    var clock: ClockSample?
    /// When the record was last heard.
    var heardAt: Instant?
    var sales: [SaleID: KnownSale] = [:]
    /// Which items imported ids name: for ever, so that forgetting costs only a look-up.
    var items = RecentlyUsed<ItemID, ItemKey>(capacity: 100_000)

    /// Takes in the record's clock, which was read between asking and answer.
    mutating func learn(_ clock: Timestamp, of identity: RecordIdentity, asked: Instant, answered: Instant) {
        let sample = ClockSample(record: clock, asked: asked, answered: answered)
        // Of a slow answer less is known than of a quick one a moment ago.
        if self.identity != identity || sample.uncertainty <= self.clock?.uncertainty(at: answered) ?? .seconds(3600) {
            self.clock = sample
        }
        self.identity = identity
        heardAt = answered
    }

    /// Takes in a sale unless a later version of it is known; facts of another epoch are forgotten.
    mutating func learn(_ sale: Sale, at now: Instant) {
        guard let epoch = identity?.epoch(sale.gateEpoch) else { return }
        guard var known = sales.removeValue(forKey: sale.id) else {
            sales[sale.id] = KnownSale(sale: sale, knownAt: now, facts: KnownFacts(epoch: epoch))
            return
        }
        if known.sale.controlVersion <= sale.controlVersion {
            known.sale = sale
            known.knownAt = max(known.knownAt, now)
            if known.facts?.epoch != epoch { known.facts = KnownFacts(epoch: epoch) }
        }
        sales[sale.id] = known
    }
}

/// A sale with when it was learnt and the facts known about it.
struct KnownSale {
    var sale: Sale
    var knownAt: Instant
    var facts: KnownFacts?

    func isFresh(at now: Instant) -> Bool { now - knownAt <= SaleBoard.maxAge }

    /// Changes the facts in place, where they are of the given epoch.
    mutating func change(under epoch: GateEpoch, _ change: (inout KnownFacts) -> Void) {
        guard facts?.epoch == epoch else { return }
        facts?.apply(change)
    }
}

/// Facts about a sale under one epoch.
struct KnownFacts {
    let epoch: GateEpoch
    var sold = SoldUnits()
    var full: Set<UserID> = []
    var filter: SoldItemFilter?
    /// Whether what was sold before this instance looked is among them.
    var isComplete = false

    init(epoch: GateEpoch) { self.epoch = epoch }

    fileprivate mutating func apply(_ change: (inout KnownFacts) -> Void) { change(&self) }
}

/// What a ``SaleBoard`` knows about a sale, for those who show it.
public struct SaleKnowledge: Sendable {
    /// The sale as it was last read.
    public let sale: Sale
    /// The epoch of the facts.
    public let epoch: GateEpoch?
    /// How many units are known to be sold.
    public let soldUnits: Int
    /// The filter in use.
    public let filter: SoldItemFilter?
}

/// Where a sale stands at a moment, as far as this instance knows; sold units may be a moment behind.
public struct SaleProgress: Sendable {
    /// The sale as it was last read.
    public let sale: Sale
    /// The epoch of the sold units.
    public let epoch: GateEpoch
    /// Units that are sold.
    public let sold: SoldUnits
    /// The record's clock.
    public let now: Timestamp

    /// Puts a progress together from its parts.
    public init(sale: Sale, epoch: GateEpoch, sold: SoldUnits, now: Timestamp) {
        self.sale = sale
        self.epoch = epoch
        self.sold = sold
        self.now = now
    }

    /// Where the sale stands.
    public var status: SaleStatus {
        sale.status(at: now, soldOut: sale.totalItems > 0 && sold.count >= Int(sale.totalItems))
    }
}

extension Sale {
    /// Whether the sale surely sells at `now` even if the clock is off by `margin`.
    func isWellInside(_ now: Timestamp, margin: Duration) -> Bool {
        let margin = margin.microseconds
        return checkoutWindow(at: Timestamp(microseconds: now.microseconds - margin)) == .open
            && checkoutWindow(at: Timestamp(microseconds: now.microseconds + margin)) == .open
    }
}
