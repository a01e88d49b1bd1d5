import Kernel

/// Tells what came of a sale.
public protocol SaleReports: Sendable {
    /// Everything that the record has to say, in one snapshot; `nil` where there is no such sale.
    ///
    /// Cost: passes over the sale's items, purchases and buyers and over the attempts of its time, some ten seconds for
    /// a million items and five million attempts.
    /// - Throws: ``StoreError``; `.overloaded` while another report is being made.
    func report(on sale: SaleID) async throws(StoreError) -> SaleReport?
}
