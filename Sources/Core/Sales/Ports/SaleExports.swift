import Kernel

/// What a sale leaves behind, page by page in the order of its key; a page is one read.
public protocol SaleExports: Sendable {
    /// Purchased items with numbers above `cursor`, at most `limit`.
    func purchases(of sale: SaleID, after cursor: Int32, limit: Int) async throws(StoreError) -> [PurchasedItem]

    /// Attempts after `cursor`, at most `limit`.
    func attempts(of sale: Sale, after cursor: UUIDv7?, limit: Int) async throws(StoreError) -> [CheckoutAttempt]
}

/// One sold unit with its purchase.
public struct PurchasedItem: Hashable, Sendable {
    /// Its number in the sale.
    public let number: Int32
    /// Its name at the door.
    public let id: ItemID
    /// Who bought it.
    public let user: UserID
    /// Under which code.
    public let code: CheckoutCode
    /// When.
    public let purchasedAt: Timestamp

    /// Puts a purchased item together from its parts.
    public init(number: Int32, id: ItemID, user: UserID, code: CheckoutCode, purchasedAt: Timestamp) {
        self.number = number
        self.id = id
        self.user = user
        self.code = code
        self.purchasedAt = purchasedAt
    }
}
