import Kernel

/// A request to put one item into the user's open checkout.
public struct CheckoutRequest: Sendable {
    /// Names the attempt.
    public let attemptID: UUIDv7
    /// Who asks.
    public let userID: UserID
    /// What for.
    public let itemID: ItemID
    /// The item behind the id, where it is known already: generated ids carry it, others are remembered.
    public let item: ItemKey?
    /// The sale that the request names, if it names one.
    public let sale: NamedSale?
    /// The secret of the code, in case a new one is opened.
    public let secret: CodeSecret

    /// Puts a request together from its parts.
    public init(
        attemptID: UUIDv7,
        userID: UserID,
        itemID: ItemID,
        item: ItemKey?,
        sale: NamedSale?,
        secret: CodeSecret
    ) {
        self.attemptID = attemptID
        self.userID = userID
        self.itemID = itemID
        self.item = item
        self.sale = sale
        self.secret = secret
    }
}

/// The sale that a request names: one that may exist, or a name that no sale has.
public enum NamedSale: Hashable, Sendable {
    /// A well-formed name.
    case id(SaleID)
    /// A name that no sale can have.
    case impossible
}

/// A request to take one item out of a checkout.
public struct RemovalRequest: Sendable {
    /// The checkout.
    public let code: CheckoutCode
    /// What to take out.
    public let itemID: ItemID
    /// Whose the checkout must be; `nil` where whoever knows its code may change it.
    public let owner: UserID?

    /// Puts a request together from its parts.
    public init(code: CheckoutCode, itemID: ItemID, owner: UserID? = nil) {
        self.code = code
        self.itemID = itemID
        self.owner = owner
    }
}

/// What a checkout batch decides or writes.
public enum CheckoutCommand: Sendable {
    /// Put an item into the user's open checkout.
    case join(CheckoutRequest)
    /// Take an item out of a checkout.
    case remove(RemovalRequest)
    /// Write an attempt that was refused on a proven fact already.
    case record(CheckoutAttempt)

    /// The attempt that it puts on record, if it is one.
    public var attemptID: UUIDv7? {
        switch self {
        case .join(let request): request.attemptID
        case .remove: nil
        case .record(let attempt): attempt.id
        }
    }
}

/// What came out of a ``CheckoutCommand``.
public enum CheckoutCommandOutcome: Hashable, Sendable {
    /// The item is in the checkout.
    case joined(Checkout, Allowance)
    /// The item was refused, and the attempt is on record.
    case refused(CheckoutRefusal)
    /// The checkout after removal.
    case removed(Checkout)
    /// No checkout has that code.
    case checkoutNotFound
    /// The item is part of a purchase that is decided.
    case checkoutCompleted
    /// The attempt was accepted earlier and its checkout has moved on; asking again is harmless.
    case superseded
    /// The refused attempt is on record.
    case recorded
}
