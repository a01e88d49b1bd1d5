import Kernel

/// The facts that the gate keeps of a sale, from the side of those who keep them complete.
///
/// Never throws.
public protocol GateStore: Sendable {
    /// What the gate holds of a sale.
    func state(of sale: SaleID) async -> GateState

    /// Makes the gate hold these facts: builds it under their epoch, or merges them in where it has that epoch.
    func open(_ facts: SaleFacts) async -> GateOpening

    /// Publishes a sold-item filter unless a newer generation is there.
    func publish(_ filter: SoldItemFilter, of sale: SaleID, epoch: GateEpoch) async

    /// The published filter when it is of `epoch` and newer than `generation`, with the sold units that the gate knows.
    func filter(of sale: SaleID, epoch: GateEpoch, newerThan generation: Int64) async -> FilterReading

    /// The sold units that the gate knows; `nil` when it is away or holds facts of another epoch.
    func soldUnits(of sale: SaleID, epoch: GateEpoch) async -> SoldUnits?

    /// Every fact that the gate holds of a sale; `nil` when the gate is away.
    func facts(of sale: SaleID) async -> GateContent?
}

/// What a gate holds of a sale.
public enum GateState: Hashable, Sendable {
    /// Facts of the epoch of this text.
    case epoch(String)
    /// No facts.
    case empty
    /// The gate is away.
    case unreachable
}

/// How opening the gate went.
public enum GateOpening: Hashable, Sendable {
    /// It holds the facts.
    case built
    /// It holds facts of a later epoch.
    case stale
    /// The gate is away.
    case unreachable
}

/// What a gate has to say about a filter.
public enum FilterReading: Hashable, Sendable {
    /// A newer filter, with the sold units that the gate knows.
    case newer(SoldItemFilter, SoldUnits)
    /// Nothing newer.
    case none
    /// The gate is away.
    case unreachable
}

/// A Bloom filter of sold items with its generation: the record's clock in microseconds when it was read.
public struct SoldItemFilter: Hashable, Sendable {
    /// Grows with every rebuild.
    public let generation: Int64
    /// The filter over the bytes of item ids.
    public let bloom: BloomFilter

    /// Puts a filter and its generation together.
    public init(generation: Int64, bloom: BloomFilter) {
        self.generation = generation
        self.bloom = bloom
    }
}

/// The facts of a sale as the record has them, read in one snapshot.
public struct SaleFacts: Sendable {
    /// The sale.
    public let sale: SaleID
    /// The epoch that the same snapshot read.
    public let epoch: GateEpoch
    /// The record's clock.
    public let readAt: Timestamp
    /// Sold items.
    public let sold: SoldItems
    /// Users who have bought the limit; empty where they were not asked for.
    public let full: [UserID]

    /// Puts facts together from their parts.
    public init(sale: SaleID, epoch: GateEpoch, readAt: Timestamp, sold: SoldItems, full: [UserID]) {
        self.sale = sale
        self.epoch = epoch
        self.readAt = readAt
        self.sold = sold
        self.full = full
    }
}

/// Everything that a gate holds of a sale.
public struct GateContent: Sendable {
    /// The epoch's text; empty where the gate holds nothing.
    public let epoch: String
    /// Sold units.
    public let sold: SoldUnits
    /// Users at the limit.
    public let full: Set<UserID>

    /// Puts a content together from its parts.
    public init(epoch: String, sold: SoldUnits, full: Set<UserID>) {
        self.epoch = epoch
        self.sold = sold
        self.full = full
    }
}
