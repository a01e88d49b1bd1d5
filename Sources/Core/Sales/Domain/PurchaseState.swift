import Kernel

/// A request to redeem a code.
public struct PurchaseRequest: Hashable, Sendable {
    /// The code presented.
    public let code: CheckoutCode
    /// The token of the lock that the caller holds on the code, to be released with the outcome.
    public let lock: LockToken?
    /// Whose the code must be; `nil` where whoever knows it may redeem it.
    public let owner: UserID?

    /// Puts a request together from its parts.
    public init(code: CheckoutCode, lock: LockToken?, owner: UserID? = nil) {
        self.code = code
        self.lock = lock
        self.owner = owner
    }
}

/// Proves who holds a lock.
public struct LockToken: Hashable, Sendable {
    /// Random bits that nobody else has drawn.
    public let value: UInt64

    /// A token of the given bits.
    public init(value: UInt64) { self.value = value }
}

/// What a purchase batch read: a consistent picture of everything its codes touch.
public struct PurchaseState: Sendable {
    /// The record's clock when it was read.
    public var now: Timestamp
    /// The sales of all codes, where they exist.
    public var sales: [SaleID: Sale] = [:]
    /// The checkouts of the codes, where they exist.
    public var checkouts: [CheckoutCode: RedeemableCheckout] = [:]

    /// A picture without content, taken at `now`.
    public init(now: Timestamp) { self.now = now }
}

/// A checkout as a purchase finds it.
public struct RedeemableCheckout: Hashable, Sendable {
    /// Whose it is.
    public let user: UserID
    /// The buyer's version that was read.
    public let version: Int64
    /// Whether the code is the buyer's open one.
    public let isOpen: Bool
    /// How many items the buyer has bought in this sale.
    public let bought: Int32
    /// The purchase limit.
    public let limit: Int32
    /// The live items in the order of adding.
    public let lines: [CartLine]
    /// The outcome, where the code is decided.
    public let outcome: StoredOutcome?

    /// Puts a checkout together from its parts.
    public init(
        user: UserID,
        version: Int64,
        isOpen: Bool,
        bought: Int32,
        limit: Int32,
        lines: [CartLine],
        outcome: StoredOutcome?
    ) {
        self.user = user
        self.version = version
        self.isOpen = isOpen
        self.bought = bought
        self.limit = limit
        self.lines = lines
        self.outcome = outcome
    }
}

/// An item in a cart, with whether it is sold.
public struct CartLine: Hashable, Sendable {
    /// The item.
    public let item: Item
    /// Whether it was sold when the batch read it.
    public let isSold: Bool

    /// Puts a line together from its parts.
    public init(item: Item, isSold: Bool) {
        self.item = item
        self.isSold = isSold
    }
}
