import Kernel

/// What there is to tell those who follow a sale: compares where it stands with where it stood.
public struct SalePulse: Sendable {
    /// Something that has changed.
    public enum Change: Hashable, Sendable {
        /// These units were sold, or the pace of selling is another; in the latter case there are none.
        case sold(SoldUnits)
        /// The sale began, ended, was paused, resumed or extended.
        case status
        /// What was true is not any more: everything is to be told anew.
        case anew
    }

    /// The pace is that of so long.
    static let window = Duration.seconds(10)
    /// How often a change of the pace alone is told.
    static let paceInterval = Duration.seconds(1)

    /// Where the sale stands.
    public private(set) var progress: SaleProgress
    /// Tenths of a unit sold a second.
    public private(set) var tenthsPerSecond = 0
    private var samples: [(taken: Instant, count: Int)]
    private var toldAt: Instant
    private var toldTenths = 0

    /// The sale stands here.
    public init(_ progress: SaleProgress, at now: Instant) {
        self.progress = progress
        samples = [(now, progress.sold.count)]
        toldAt = now
    }

    /// Goes on to where the sale stands now; says what has changed.
    public mutating func advance(to next: SaleProgress, at now: Instant) -> [Change] {
        let last = progress
        progress = next
        if next.epoch != last.epoch || next.sale.totalItems != last.sale.totalItems
            || !last.sold.subtracting(next.sold).isEmpty
        {
            self = SalePulse(next, at: now)
            return [.anew]
        }
        takeSample(at: now)
        var changes: [Change] = []
        let sold = next.sold.subtracting(last.sold)
        if !sold.isEmpty || (tenthsPerSecond != toldTenths && now - toldAt >= Self.paceInterval) {
            changes.append(.sold(sold))
            toldAt = now
            toldTenths = tenthsPerSecond
        }
        let isOtherWindow = (next.sale.startsAt, next.sale.endsAt) != (last.sale.startsAt, last.sale.endsAt)
        if next.status != last.status || isOtherWindow { changes.append(.status) }
        return changes
    }

    /// The pace is counted from the newest sample that is as old as the window, so that it is one of the whole window.
    private mutating func takeSample(at now: Instant) {
        samples.append((now, progress.sold.count))
        if let first = samples.lastIndex(where: { now - $0.taken >= Self.window }) { samples.removeFirst(first) }
        guard let oldest = samples.first else { return }
        let units = progress.sold.count - oldest.count
        let time = max(now - oldest.taken, .seconds(1))
        tenthsPerSecond = Int((Double(units) * 10 / time.inSeconds).rounded())
    }
}
