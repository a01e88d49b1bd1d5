import Kernel

/// Items on their way into a sale: staged in pieces, then moved in whole or not at all.
public protocol ItemImports: Sendable {
    /// Begins an import into a sale and clears away what broken ones left behind.
    func begin(into sale: SaleID) async throws(StoreError) -> ImportID

    /// Stages items with the lines they came from. Invisible to everybody.
    func stage(_ items: [ImportedLine], of id: ImportID) async throws(StoreError)

    /// Moves all `count` staged items into the sale, atomically with its audit row; cost grows with their number.
    ///
    /// - Throws: ``StoreError``; `.unavailable` when staged items were lost meanwhile, by a crash of the record.
    func finish(
        _ id: ImportID,
        count: Int,
        into sale: SaleID,
        by actor: AuditActor
    ) async throws(StoreError) -> ImportResult

    /// Forgets what was staged.
    func discard(_ id: ImportID) async
}

/// Names an import under way.
public struct ImportID: Hashable, Sendable {
    /// Given out by the record.
    public let number: Int64

    /// The import of a number.
    public init(number: Int64) { self.number = number }
}

/// An item with the line it came from.
public struct ImportedLine: Hashable, Sendable {
    /// From 1.
    public let line: Int32
    /// The item.
    public let item: ItemDraft

    /// Puts a line together from its parts.
    public init(line: Int32, item: ItemDraft) {
        self.line = line
        self.item = item
    }
}

/// What came of an import.
public enum ImportResult: Hashable, Sendable {
    /// Everything is in; the sale now has so many items.
    case imported(added: Int, sale: Sale)
    /// Nothing is in, because of these lines (the first of them).
    case rejected([ImportFault])
    /// Nothing is in: the sale has begun or was ended.
    case saleHasBegun
    /// There is no such sale.
    case saleNotFound
}

/// What is wrong with a line of an import.
public struct ImportFault: Hashable, Sendable {
    /// From 1.
    public let line: Int32
    /// A phrase for the operator.
    public let reason: String

    /// Puts a fault together from its parts.
    public init(line: Int32, reason: String) {
        self.line = line
        self.reason = reason
    }
}
