import Kernel

/// The decided outcome of a checkout code; final.
public struct Purchase: Hashable, Sendable {
    /// Why an item of the checkout was not bought.
    public enum FailureReason: String, Sendable {
        /// Somebody else has it.
        case alreadySold = "already_sold"
        /// The user's limit was reached before it.
        case userLimit = "user_limit"
    }

    /// An item that was not bought.
    public struct FailedItem: Hashable, Sendable {
        /// Its name at the door.
        public let id: ItemID
        /// Why it was not bought.
        public let reason: FailureReason

        /// Puts a failed item together from its parts.
        public init(id: ItemID, reason: FailureReason) {
            self.id = id
            self.reason = reason
        }
    }

    /// The checkout that was presented.
    public let code: CheckoutCode
    /// Whose it is.
    public let userID: UserID
    /// What was bought, in the cart's order.
    public let items: [Item]
    /// What was not, in the cart's order.
    public let failures: [FailedItem]
    /// When it was decided, by the record's clock.
    public let decidedAt: Timestamp

    /// Puts a purchase together from its parts.
    public init(
        code: CheckoutCode,
        userID: UserID,
        items: [Item],
        failures: [FailedItem],
        decidedAt: Timestamp
    ) {
        self.code = code
        self.userID = userID
        self.items = items
        self.failures = failures
        self.decidedAt = decidedAt
    }

    /// Whether nothing was bought and the limit alone was the reason.
    public var failedByLimitAlone: Bool {
        items.isEmpty && !failures.isEmpty && failures.allSatisfy { $0.reason == .userLimit }
    }
}

/// An outcome as it is stored and answered: the same status and the same bytes, for ever.
public struct StoredOutcome: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int16
    /// The body.
    public let body: [UInt8]

    /// Puts an outcome together from its parts.
    public init(status: Int16, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Why a code cannot be redeemed now; nothing is stored.
public enum PurchaseRefusal: Hashable, Sendable {
    /// No checkout has that code.
    case checkoutNotFound
    /// The code's sale is paused (or, after a change of its window, scheduled again).
    case saleNotActive(opensAt: Timestamp?)
    /// The code's sale is over, grace included.
    case saleEnded
    /// All items were removed; the code stays open.
    case checkoutEmpty
}

/// What a request to redeem a code comes to.
public enum PurchaseOutcome: Hashable, Sendable {
    /// The outcome; `replayed` when it was decided before this request.
    case decided(StoredOutcome, replayed: Bool)
    /// Not redeemable now.
    case refused(PurchaseRefusal)
}
