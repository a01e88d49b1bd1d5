import Kernel

/// What came of a sale, as far as it has gone: all of it from one snapshot of the record.
public struct SaleReport: Hashable, Sendable {
    /// The sale.
    public let sale: Sale
    /// The record's clock when the snapshot was taken.
    public let asOf: Timestamp
    /// Units sold.
    public var sold = 0
    /// What the stock is worth, by currency in the order of their names.
    public var values: [StockValue] = []
    /// Who came and who bought.
    public var shoppers = Shoppers()
    /// What became of checkout codes.
    public var codes = Codes()
    /// Checkouts that were tried, and why they were refused.
    public var attempts: Attempts
    /// How the stock went over time.
    public var sellThrough: SellThrough
    /// The items that most attempts were refused for, the most wanted first; at most ``maxContended``.
    public var contended: [ContendedItem] = []
    /// What operators and the service changed, in order; the latest ``maxChanges``.
    public var changes: [Change] = []

    /// How many contended items a report names.
    public static let maxContended = 10
    /// How many changes a report lists.
    public static let maxChanges = 50

    /// A report of a sale about which nothing is known yet.
    public init(of sale: Sale, asOf: Timestamp) {
        self.sale = sale
        self.asOf = asOf
        attempts = Attempts(since: sale.createdAt, until: asOf)
        sellThrough = SellThrough(of: sale)
    }

    /// Units that were not sold.
    public var left: Int { Int(sale.totalItems) - sold }

    /// Whether the last unit is gone.
    public var isSoldOut: Bool { sale.totalItems > 0 && left <= 0 }

    /// Whether nothing can be sold any more; until then the report says how far the sale has come.
    public var isFinal: Bool { isSoldOut || sale.isOver(at: asOf) }

    /// Where the sale stands.
    public var status: SaleStatus { sale.status(at: asOf, soldOut: isSoldOut) }
}

extension SaleReport {
    /// What the items of one currency are worth, in its minor unit.
    public struct StockValue: Hashable, Sendable {
        /// Its ISO 4217 code.
        public let currency: String
        /// How many items have a price in it.
        public let items: Int
        /// What they are worth.
        public let worth: Int64
        /// How many of them are sold.
        public let sold: Int
        /// For how much.
        public let soldWorth: Int64

        /// Puts a value together from its parts.
        public init(currency: String, items: Int, worth: Int64, sold: Int, soldWorth: Int64) {
            self.currency = currency
            self.items = items
            self.worth = worth
            self.sold = sold
            self.soldWorth = soldWorth
        }
    }

    /// Who came and who bought.
    public struct Shoppers: Hashable, Sendable {
        /// Users who tried a checkout.
        public var tried = 0
        /// Users who bought something.
        public var bought = 0
        /// Those of them who bought as much as they may.
        public var atLimit = 0
        /// How many bought how much.
        public var brackets: [UnitsBracket] = []

        /// Nobody.
        public init() {}
    }

    /// What became of checkout codes.
    public struct Codes: Hashable, Sendable {
        /// Codes that were issued.
        public var issued = 0
        /// Redeemed for at least one item.
        public var redeemed = 0
        /// Redeemed in vain because all their items were sold.
        public var allSold = 0
        /// Redeemed in vain because of the limit.
        public var atLimit = 0
        /// Never redeemed, with items in them.
        public var leftFilled = 0
        /// Never redeemed, all items taken out again.
        public var leftEmpty = 0
        /// Units in codes that were redeemed.
        public var unitsAsked = 0
        /// Units in codes that were not.
        public var unitsLeft = 0
        /// From the first item to the purchase, for codes redeemed for something: half of them took no longer.
        public var medianRedemption: Duration?
        /// The same: 95 of 100 took no longer.
        public var slowRedemption: Duration?

        /// No code.
        public init() {}
    }

    /// Checkouts that were tried.
    public struct Attempts: Hashable, Sendable {
        /// A reason and how often it was given.
        public struct Refusal: Hashable, Sendable {
            /// The refusal's word.
            public let outcome: String
            /// How often.
            public let count: Int

            /// Puts a refusal together from its parts.
            public init(outcome: String, count: Int) {
                self.outcome = outcome
                self.count = count
            }
        }

        /// Attempts from this time on were counted.
        public let since: Timestamp
        /// Attempts before this time were counted.
        public let until: Timestamp
        /// Put into a cart; an item asked for again counts again.
        public var accepted = 0
        /// The reasons, the most frequent first.
        public var refusals: [Refusal] = []

        /// No attempt in a range of time.
        public init(since: Timestamp, until: Timestamp) {
            self.since = since
            self.until = until
        }

        /// How many were refused.
        public var refused: Int { refusals.reduce(0) { $0 + $1.count } }
    }

    /// An item that many wanted.
    public struct ContendedItem: Hashable, Sendable {
        /// Its name at the door.
        public let id: ItemID
        /// For people.
        public let name: String
        /// How often it was put into a cart.
        public let accepted: Int
        /// How often it was refused, for any reason.
        public let refused: Int
        /// When it was sold; `nil` for a unit that is not.
        public let soldAt: Timestamp?

        /// Puts an item together from its parts.
        public init(id: ItemID, name: String, accepted: Int, refused: Int, soldAt: Timestamp?) {
            self.id = id
            self.name = name
            self.accepted = accepted
            self.refused = refused
            self.soldAt = soldAt
        }
    }

    /// A line of the sale's audit.
    public struct Change: Hashable, Sendable {
        /// When.
        public let at: Timestamp
        /// Who.
        public let actor: AuditActor
        /// What was done.
        public let action: String
        /// What came of it.
        public let detail: String

        /// Puts a change together from its parts.
        public init(at: Timestamp, actor: AuditActor, action: String, detail: String) {
            self.at = at
            self.actor = actor
            self.action = action
            self.detail = detail
        }
    }
}
