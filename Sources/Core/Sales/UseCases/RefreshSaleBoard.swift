import Kernel

/// Reads the running sales once, so that this instance's knowledge stays fresh between batches.
public struct RefreshSaleBoard: Sendable {
    let sales: any SaleRepository
    let board: SaleBoard
    let time: any TimeSource

    /// Reads and learns.
    /// - Throws: ``StoreError`` when the record is away; knowledge then grows old and refuses nobody.
    public func execute() async throws(StoreError) {
        let asked = time.now
        let live = try await sales.liveSales()
        board.learn(live, at: asked, answered: time.now)
    }
}
