import Kernel

/// What a decided checkout batch changes; each buyer, code and unit at most once.
public struct CheckoutWrites: Sendable {
    /// The sales whose window and control version the commit must find as they were read.
    public var sales: [Sale] = []
    /// The buyers' rows after the batch, in key order; each version is one above the one read.
    public var buyers: [(key: BuyerKey, buyer: Buyer)] = []
    /// Codes that were opened.
    public var opened: [(key: BuyerKey, code: CheckoutCode)] = []
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
