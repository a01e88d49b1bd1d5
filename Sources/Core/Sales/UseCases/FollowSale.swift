import Kernel

/// Tells where a sale stands, to be asked a few times a second for all who look at it.
///
/// Of a running sale it is what this instance knows, joined with the sold units that the gate knows from all instances:
/// no question to the record but the first one. Where the gate is away, what other instances sold arrives with the next
/// sold-item filter.
public struct FollowSale: Sendable {
    /// Where a sale stands.
    public enum Standing: Sendable {
        /// It may still change.
        case live(SaleProgress)
        /// Nothing of it will ever change.
        case over(SaleProgress)
    }

    let sales: any SaleRepository
    let gate: any GateStore
    let board: SaleBoard
    let time: any TimeSource

    /// Where the sale stands; `nil` where there is none of that id.
    ///
    /// - Throws: ``StoreError`` when the record had to be asked and is away.
    public func execute(_ id: SaleID, by deadline: Instant) async throws(StoreError) -> Standing? {
        if let known = board.knowledge(of: id), let clock = board.recordClock(at: time.now),
            !known.sale.isOver(at: clock)
        {
            return .live(try await progress(of: id))
        }
        guard let summary = try await sales.sale(id, by: deadline) else { return nil }
        if summary.sale.isOver(at: summary.asOf) { return try await end(of: summary) }
        // Made a moment ago, or extended: the next look at the running sales would find it.
        if board.knowledge(of: id) == nil {
            try await RefreshSaleBoard(sales: sales, board: board, time: time).execute()
        }
        return .live(try await progress(of: id))
    }

    private func progress(of id: SaleID) async throws(StoreError) -> SaleProgress {
        if let epoch = board.knowledge(of: id)?.epoch, let sold = await gate.soldUnits(of: id, epoch: epoch) {
            board.learn(sold, of: id, epoch: epoch)
        }
        if let progress = board.progress(of: id, at: time.now) { return progress }
        // Nobody has read yet what was sold before this instance looked.
        if let facts = try await sales.facts(of: id, includingFullUsers: false) {
            board.learn(facts.sold.units, of: id, epoch: facts.epoch)
        }
        guard let progress = board.progress(of: id, at: time.now) else {
            throw StoreError(.unavailable, "\(id) is not among the running sales")
        }
        return progress
    }

    /// The record's own facts: whoever asked a moment before the last batch may have missed it.
    private func end(of summary: SaleSummary) async throws(StoreError) -> Standing? {
        guard let facts = try await sales.facts(of: summary.sale.id, includingFullUsers: false) else { return nil }
        return .over(
            SaleProgress(sale: summary.sale, epoch: facts.epoch, sold: facts.sold.units, now: summary.asOf)
        )
    }
}
