import Kernel

/// What a checkout batch read: a consistent picture of everything its requests touch.
public struct CheckoutState: Sendable {
    /// The record's clock when it was read.
    public var now: Timestamp
    /// The sales of all items and of all names given.
    public var sales: [SaleID: Sale] = [:]
    /// The items that the requests' ids belong to, those without a generated id.
    public var imported: [ItemID: ItemKey] = [:]
    /// Every item that exists, with whether it is sold.
    public var units: [ItemKey: Bool] = [:]
    /// The buyers' rows that exist.
    public var buyers: [BuyerKey: Buyer] = [:]
    /// The checkouts of the codes that removals name, where they exist.
    public var checkouts: [CheckoutCode: IssuedCheckout] = [:]
    /// In a repeated attempt: what is on record of the batch's attempts already.
    public var recorded: [UUIDv7: RecordedAttempt] = [:]

    /// A picture without content, taken at `now`.
    public init(now: Timestamp) { self.now = now }
}

/// Names a buyer's row.
public struct BuyerKey: Hashable, Comparable, Sendable {
    /// The sale.
    public let sale: SaleID
    /// The user.
    public let user: UserID

    /// The row of a user in a sale.
    public init(sale: SaleID, user: UserID) {
        self.sale = sale
        self.user = user
    }

    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool {
        left.sale == right.sale ? left.user < right.user : left.sale < right.sale
    }
}

/// A buyer's row with the live items of its open code: the lock, the limit and the cart of a user in a sale.
public struct Buyer: Hashable, Sendable {
    /// Raised by one with every change; 0 stands for a row that does not exist yet.
    public var version: Int64
    /// The open checkout, if there is one.
    public var openCode: CheckoutCode?
    /// How many items were bought in this sale.
    public var bought: Int32
    /// The purchase limit.
    public var limit: Int32
    /// The live items of the open code, in the order of adding.
    public var cart: [CartItem]

    /// Puts a buyer together from its parts.
    public init(version: Int64, openCode: CheckoutCode?, bought: Int32, limit: Int32, cart: [CartItem]) {
        self.version = version
        self.openCode = openCode
        self.bought = bought
        self.limit = limit
        self.cart = cart
    }

    /// A user who has not chosen anything in the sale yet.
    static func newcomer(limit: Int32) -> Buyer {
        Buyer(version: 0, openCode: nil, bought: 0, limit: limit, cart: [])
    }

    /// Limit − bought − in the cart.
    var left: Int32 { limit - bought - Int32(cart.count) }
}

/// An item in a cart.
public struct CartItem: Hashable, Sendable {
    /// Its number in the sale.
    public let number: Int32
    /// Its name at the door.
    public let id: ItemID

    /// Puts a cart item together from its parts.
    public init(number: Int32, id: ItemID) {
        self.number = number
        self.id = id
    }
}

/// A checkout that was issued, whatever has become of it.
public struct IssuedCheckout: Hashable, Sendable {
    /// Whose it is.
    public let user: UserID
    /// Its items when its purchase was decided; empty while it is open.
    public let completedItems: [ItemID]

    /// Puts an issued checkout together from its parts.
    public init(user: UserID, completedItems: [ItemID]) {
        self.user = user
        self.completedItems = completedItems
    }
}

/// What is on record of an attempt.
public struct RecordedAttempt: Hashable, Sendable {
    /// The word on record.
    public let outcome: String
    /// The code of an accepted attempt.
    public let code: CheckoutCode?

    /// Puts a recorded attempt together from its parts.
    public init(outcome: String, code: CheckoutCode?) {
        self.outcome = outcome
        self.code = code
    }
}
