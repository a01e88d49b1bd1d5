import Kernel

/// The items a user has chosen in a sale, under one code; nothing is held for it.
public struct Checkout: Hashable, Sendable {
    /// Where a checkout stands.
    public enum Status: String, Sendable {
        /// Items can be added and removed.
        case open
        /// Its purchase is being decided, as far as this instance knows.
        case purchasing
        /// Its purchase is decided.
        case completed
    }

    /// What a purchase presents.
    public let code: CheckoutCode
    /// Whose it is.
    public let userID: UserID
    /// Where it stands.
    public var status: Status
    /// In the order in which they were added.
    public let items: [ItemID]
    /// The planned end of its sale.
    public let saleEndsAt: Timestamp

    /// Puts a checkout together from its parts.
    public init(code: CheckoutCode, userID: UserID, status: Status, items: [ItemID], saleEndsAt: Timestamp) {
        self.code = code
        self.userID = userID
        self.status = status
        self.items = items
        self.saleEndsAt = saleEndsAt
    }
}

/// How many items a user may buy in a sale, and how many may still be put into the cart.
public struct Allowance: Hashable, Sendable {
    /// The sale's purchase limit.
    public let limit: Int32
    /// Limit − bought − in the cart.
    public let left: Int32

    /// Puts an allowance together from its parts.
    public init(limit: Int32, left: Int32) {
        self.limit = limit
        self.left = left
    }
}

/// Why a checkout was refused; the raw value is the outcome on record.
public enum CheckoutRefusal: Hashable, Sendable {
    /// No item has that id.
    case itemNotFound
    /// The sale that the request named does not exist.
    case saleNotFound
    /// The item belongs to another sale than the one named.
    case itemNotInSale
    /// The item's sale is scheduled (then its opening is known) or paused.
    case saleNotActive(opensAt: Timestamp?)
    /// The item's sale is over.
    case saleEnded
    /// The item is sold.
    case itemSold
    /// Cart and purchases together have reached the limit.
    case userLimit

    /// The word on record, the same as the problem's slug.
    public var outcome: String {
        switch self {
        case .itemNotFound: "item_not_found"
        case .saleNotFound: "sale_not_found"
        case .itemNotInSale: "item_not_in_sale"
        case .saleNotActive: "sale_not_active"
        case .saleEnded: "sale_ended"
        case .itemSold: "item_already_sold"
        case .userLimit: "user_limit_exceeded"
        }
    }

    /// Reads the word on record; the opening time is not part of it.
    public init?(outcome: String) {
        switch outcome {
        case "item_not_found": self = .itemNotFound
        case "sale_not_found": self = .saleNotFound
        case "item_not_in_sale": self = .itemNotInSale
        case "sale_not_active": self = .saleNotActive(opensAt: nil)
        case "sale_ended": self = .saleEnded
        case "item_already_sold": self = .itemSold
        case "user_limit_exceeded": self = .userLimit
        default: return nil
        }
    }
}

/// One well-formed checkout request with its outcome, as it goes on record.
public struct CheckoutAttempt: Hashable, Sendable {
    /// The word on record for an accepted attempt.
    public static let accepted = "accepted"

    /// Names the attempt; made by the instance, so that a repeated write is recognised.
    public let id: UUIDv7
    /// Who tried.
    public let userID: UserID
    /// What was asked for, as the client wrote it.
    public let itemID: ItemID
    /// The item, where one has that id.
    public let item: ItemKey?
    /// The code the item went under, for an accepted attempt.
    public let code: CheckoutCode?
    /// ``accepted`` or the refusal's word.
    public let outcome: String
    /// When it was decided, by the record's clock.
    public let attemptedAt: Timestamp

    /// Puts an attempt together from its parts.
    public init(
        id: UUIDv7,
        userID: UserID,
        itemID: ItemID,
        item: ItemKey?,
        code: CheckoutCode?,
        outcome: String,
        attemptedAt: Timestamp
    ) {
        self.id = id
        self.userID = userID
        self.itemID = itemID
        self.item = item
        self.code = code
        self.outcome = outcome
        self.attemptedAt = attemptedAt
    }
}
