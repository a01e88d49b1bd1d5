import Kernel

/// How the stock of a sale went over time: a chart of at most ``maxBuckets`` steps of equal length, and milestones.
public struct SellThrough: Hashable, Sendable {
    /// What happened in one step of the chart.
    public struct Bucket: Hashable, Sendable {
        /// When it begins; it ends where the next one begins.
        public let at: Timestamp
        /// Units sold in it.
        public var units = 0
        /// Attempts accepted in it.
        public var accepted = 0
        /// Attempts refused in it.
        public var refused = 0
    }

    /// When a part of the stock was sold.
    public struct Milestone: Hashable, Sendable {
        /// Which part.
        public let percent: Int
        /// How many units that are, rounded up.
        public let units: Int
        /// When the last of them was sold; `nil` while it is not.
        public var at: Timestamp?
    }

    /// How many steps a chart has at most.
    public static let maxBuckets = 60
    /// Lengths that people read easily, in microseconds: from 10 ms to a day, then doubling.
    static let steps: [Int64] =
        [10, 20, 50, 100, 200, 500].map { $0 * 1000 }
        + [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map { $0 * 1_000_000 }
        + (0..<20).map { 86_400_000_000 << $0 }

    /// The opening of the sale, where the chart begins.
    public let start: Timestamp
    /// The length of a step; `nil` where nothing is charted, before the opening.
    public private(set) var step: Duration?
    /// The steps in order, those without a sale included.
    public private(set) var buckets: [Bucket] = []
    /// When half, nine tenths and all of the stock were sold.
    public private(set) var milestones: [Milestone]

    /// An empty chart.
    public init(of sale: Sale) {
        start = sale.startsAt
        let total = Int(sale.totalItems)
        milestones = total == 0 ? [] : [50, 90, 100].map { Milestone(percent: $0, units: (total * $0 + 99) / 100) }
    }

    /// Makes room for what happened from the opening to `end`, the end included.
    public mutating func cover(until end: Timestamp) {
        guard end >= start else { return }
        let span = end.since(start).microseconds
        let length = Self.steps.first { $0 * Int64(Self.maxBuckets) > span } ?? Self.steps[Self.steps.count - 1]
        step = .microseconds(length)
        buckets = (0...Int(span / length)).map { Bucket(at: start.adding(.microseconds(Int64($0) * length))) }
    }

    /// Counts units that were sold in the step at `position`, from 0.
    public mutating func sell(_ units: Int, in position: Int) {
        if buckets.indices.contains(position) { buckets[position].units += units }
    }

    /// Counts attempts in the step at `position`; before and after the chart they are not counted.
    public mutating func attempt(_ count: Int, wasAccepted: Bool, in position: Int) {
        guard buckets.indices.contains(position) else { return }
        if wasAccepted { buckets[position].accepted += count } else { buckets[position].refused += count }
    }

    /// Notes when the unit of a milestone was sold.
    public mutating func reach(_ milestone: Int, at time: Timestamp) { milestones[milestone].at = time }
}
