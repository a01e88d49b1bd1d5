import Kernel

/// Sales on record: reading them, making them, and what operators do to them.
///
/// What shoppers wait for is read by their deadline, or fails with `timedOut`.
public protocol SaleRepository: Sendable {
    /// The record's clock.
    func now() async throws(StoreError) -> Timestamp

    /// A sale with its progress; `nil` where there is none of that id.
    func sale(_ id: SaleID, by deadline: Instant) async throws(StoreError) -> SaleSummary?

    /// The sale that opened last among those that run; `nil` where none runs.
    func activeSale(by deadline: Instant) async throws(StoreError) -> SaleSummary?

    /// Sales by descending number, at most `limit`, those after `cursor`.
    func sales(after cursor: SaleID?, limit: Int, by deadline: Instant) async throws(StoreError) -> [SaleSummary]

    /// The sales that are not over, those that are about to begin included, with the record's clock and identity.
    func liveSales() async throws(StoreError) -> LiveSales

    /// Items of a sale by number, at most `limit`, those after `cursor`; only unsold ones when `available`.
    func items(
        of sale: SaleID,
        after cursor: Int32,
        limit: Int,
        available: Bool,
        by deadline: Instant
    ) async throws(StoreError) -> [ListedItem]

    /// The facts of a sale in one snapshot; users at the limit only when asked for, they cost a pass over all buyers.
    func facts(of sale: SaleID, includingFullUsers: Bool) async throws(StoreError) -> SaleFacts?

    /// Puts a sale with its whole stock on record, atomically.
    func create(_ draft: SaleDraft, by actor: AuditActor) async throws(StoreError) -> SaleCreation

    /// Changes a sale and raises its control version, atomically with its audit row; `change` decides on the row.
    ///
    /// - Returns: what `change` made of it, or `nil` where there is no such sale.
    func update(
        _ id: SaleID,
        action: String,
        by actor: AuditActor,
        _ change: @escaping @Sendable (Sale, Timestamp) -> Result<Sale, SaleControlRefusal>
    ) async throws(StoreError) -> Result<Sale, SaleControlRefusal>?

    /// Raises a sale's gate epoch because a fact about it ceased to be true, atomically with its audit row.
    func raiseGateEpoch(of id: SaleID, by actor: AuditActor, reason: String) async throws(StoreError)
}

/// A sale with how much of it is sold, as of a moment at most about a second ago.
public struct SaleSummary: Hashable, Sendable {
    /// The sale.
    public let sale: Sale
    /// Units sold when they were counted.
    public let itemsSold: Int
    /// The record's clock.
    public let asOf: Timestamp

    /// Puts a summary together from its parts.
    public init(sale: Sale, itemsSold: Int, asOf: Timestamp) {
        self.sale = sale
        self.itemsSold = itemsSold
        self.asOf = asOf
    }

    /// Whether every unit is sold; never true early.
    public var isSoldOut: Bool { itemsSold >= Int(sale.totalItems) }

    /// Where the sale stands.
    public var status: SaleStatus { sale.status(at: asOf, soldOut: isSoldOut && sale.totalItems > 0) }
}

/// The sales that are not over, as one read found them.
public struct LiveSales: Sendable {
    /// The sales, by number.
    public let sales: [Sale]
    /// The record's clock.
    public let now: Timestamp
    /// Which record it was.
    public let identity: RecordIdentity

    /// Puts a reading together from its parts.
    public init(sales: [Sale], now: Timestamp, identity: RecordIdentity) {
        self.sales = sales
        self.now = now
        self.identity = identity
    }
}

/// A sale before it is on record.
public struct SaleDraft: Sendable {
    /// Where its items come from.
    public enum Stock: Sendable {
        /// So many made-up ones.
        case generated(Int32)
        /// These.
        case given([ItemDraft])

        /// How many items there will be.
        public var count: Int {
            switch self {
            case .generated(let count): Int(count)
            case .given(let items): items.count
            }
        }
    }

    /// For people.
    public var name: String
    /// The first moment.
    public var startsAt: Timestamp
    /// The first moment after it.
    public var endsAt: Timestamp
    /// The purchase limit.
    public var itemsPerUser: Int32
    /// Grace in seconds.
    public var graceSeconds: Int32
    /// What happens at the planned end.
    public var afterEnd: Sale.AfterEnd
    /// Where its items come from.
    public var stock: Stock
    /// The slot of a scheduled sale; only one sale is made for a slot.
    public var slot: Timestamp?

    /// Puts a draft together from its parts.
    public init(
        name: String,
        startsAt: Timestamp,
        endsAt: Timestamp,
        itemsPerUser: Int32,
        graceSeconds: Int32,
        afterEnd: Sale.AfterEnd,
        stock: Stock,
        slot: Timestamp? = nil
    ) {
        self.name = name
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.itemsPerUser = itemsPerUser
        self.graceSeconds = graceSeconds
        self.afterEnd = afterEnd
        self.stock = stock
        self.slot = slot
    }
}

/// What came of putting a sale on record.
public enum SaleCreation: Sendable {
    /// It is there, whole.
    case created(Sale)
    /// The slot has its sale already.
    case slotTaken
    /// An item id belongs to another item already.
    case itemExists(ItemID)
}

/// Who changes something, as the audit says it.
public struct AuditActor: Hashable, Sendable {
    /// `operator`, `schedule`, `reconcile` or `command line`.
    public let name: String

    /// An actor of a name.
    public init(_ name: String) { self.name = name }
}
