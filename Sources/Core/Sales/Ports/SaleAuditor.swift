import Kernel

/// Looks over the whole record of a sale for what must never be.
public protocol SaleAuditor: Sendable {
    /// How many rows break each invariant of the record, in one snapshot; none of it means that all hold.
    ///
    /// Cost: a pass over the sale's items, purchases and buyers. `nil` where there is no such sale.
    func violations(of sale: SaleID) async throws(StoreError) -> [Invariant: Int]?
}
