import Kernel
import Sales

/// The rows of an ``InMemoryRecord``.
public struct RecordTables: Sendable {
    /// A sellable unit, with the code that bought it.
    public struct Unit: Hashable, Sendable {
        /// The item.
        public let item: Item
        /// The code that bought it; `nil` while it is for sale.
        public internal(set) var soldTo: CheckoutCode?
    }

    /// A decided code.
    public struct DecidedCode: Hashable, Sendable {
        /// Whose it was.
        public let user: UserID
        /// What was answered.
        public let outcome: StoredOutcome
        /// What the code held, bought or not.
        public let cart: [CartItem]
    }

    /// Which record it is.
    public internal(set) var identity: RecordIdentity
    /// Sales by id.
    public internal(set) var sales: [SaleID: Sale] = [:]
    /// The sale of each slot.
    public internal(set) var slots: [Timestamp: SaleID] = [:]
    /// Every unit of every sale.
    public internal(set) var units: [ItemKey: Unit] = [:]
    /// The items that imported ids name.
    public internal(set) var itemIDs: [ItemID: ItemKey] = [:]
    /// One row a user and sale.
    public internal(set) var buyers: [BuyerKey: Buyer] = [:]
    /// Issued codes with their users.
    public internal(set) var checkouts: [CheckoutCode: UserID] = [:]
    /// Outcomes.
    public internal(set) var purchases: [CheckoutCode: DecidedCode] = [:]
    /// Attempts.
    public internal(set) var attempts: [UUIDv7: CheckoutAttempt] = [:]
    /// The attempts in the order in which they were written.
    public internal(set) var attemptsInOrder: [CheckoutAttempt] = []
    /// The decided codes in the order in which they were written.
    public internal(set) var purchasesInOrder: [CheckoutCode] = []
    /// Units that were taken back, with the code that had bought them.
    public internal(set) var takenBack: [ItemKey: Set<CheckoutCode>] = [:]

    init(identity: RecordIdentity) { self.identity = identity }

    /// The epoch under which facts about a sale are true.
    public func epoch(of sale: SaleID) -> GateEpoch? { sales[sale].map { identity.epoch($0.gateEpoch) } }

    /// The units of a sale by number.
    public func units(of sale: SaleID) -> [Unit] {
        guard let count = sales[sale]?.totalItems, count > 0 else { return [] }
        return (1...count).compactMap { units[ItemKey(sale: sale, number: $0)] }
    }

    /// The facts of a sale, as one snapshot at `now` has them.
    public func facts(of sale: SaleID, at now: Timestamp, includingFullUsers: Bool = true) -> SaleFacts? {
        guard let epoch = epoch(of: sale) else { return nil }
        var sold = SoldItems()
        for unit in units(of: sale) where unit.soldTo != nil {
            let isGenerated = unit.item.id.generatedKey == unit.item.key
            sold.insert(unit.item.key.number, importedID: isGenerated ? nil : unit.item.id)
        }
        let full = buyers.filter { $0.key.sale == sale && $0.value.bought >= $0.value.limit }.map(\.key.user)
        return SaleFacts(
            sale: sale,
            epoch: epoch,
            readAt: now,
            sold: sold,
            full: includingFullUsers ? full.sorted() : []
        )
    }

    /// Whether a sale is as it was decided by, and open at `now`: what `assert_sale` asserts.
    func stillSells(_ sale: Sale, at now: Timestamp, withGrace: Bool) -> Bool {
        guard let stored = sales[sale.id], stored.controlVersion == sale.controlVersion else { return false }
        return (withGrace ? stored.purchaseWindow(at: now) : stored.checkoutWindow(at: now)) == .open
    }
}

/// What the record says to a deciding flush.
public enum FlushAnswer: Hashable, Sendable {
    /// On disk.
    case committed
    /// Rolled back: decided by a state that has passed, or held up by other work.
    case conflict
    /// Rolled back: a constraint does not allow it.
    case rejected
    /// Rolled back: the server cannot work now.
    case away
}
