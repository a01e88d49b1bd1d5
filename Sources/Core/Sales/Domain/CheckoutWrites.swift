import Kernel

/// A buyer's row as a batch leaves it.
public struct BuyerRow: Sendable {
    /// Whose it is.
    public var key: BuyerKey
    /// What it holds.
    public var buyer: Buyer

    /// Puts a row together from its parts.
    public init(key: BuyerKey, buyer: Buyer) {
        self.key = key
        self.buyer = buyer
    }
}

/// A code that a batch opens.
public struct OpenedCode: Sendable {
    /// Whose it is.
    public let key: BuyerKey
    /// The code.
    public let code: CheckoutCode

    /// Puts an opened code together from its parts.
    public init(key: BuyerKey, code: CheckoutCode) {
        self.key = key
        self.code = code
    }
}

/// What a decided checkout batch changes; each buyer, code and unit at most once.
public struct CheckoutWrites: Sendable {
    /// The sales whose window and control version the commit must find as they were read.
    public var sales: [Sale] = []
    /// The buyers' rows after the batch, in key order; each version is one above the one read.
    public var buyers: [BuyerRow] = []
    /// Codes that were opened.
    public var opened: [OpenedCode] = []
    /// Items that left a cart.
    public var removed: [(code: CheckoutCode, number: Int32)] = []
    /// When the batch was decided, by the record's clock.
    public var decidedAt: Timestamp

    /// Attempts to put on record.
    public var attempts: [CheckoutAttempt] = []

    init(decidedAt: Timestamp) { self.decidedAt = decidedAt }

    /// Whether there is nothing to write, so that the batch was a read.
    public var isEmpty: Bool { buyers.isEmpty && attempts.isEmpty }
}
