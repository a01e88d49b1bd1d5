import Kernel

/// Rebuilds the sold-item filters of the running sales: one instance builds and publishes, the others load.
///
/// Where the gate is away every instance builds its own.
public struct RebuildSoldItemFilter: Sendable {
    let sales: any SaleRepository
    let gate: any GateStore
    let leases: any Leases
    let board: SaleBoard
    let time: any TimeSource
    let metrics: any SalesMetrics
    /// How old a filter may grow; the builder's lease lasts a little less, so that any instance may be the next.
    let interval: Duration

    /// Builds or loads the filters that are missing or due; to be called more often than `interval`.
    ///
    /// - Throws: ``StoreError`` when the record is away.
    public func execute() async throws(StoreError) {
        for sale in board.liveSales() {
            guard let known = board.knowledge(of: sale.id), let epoch = known.epoch,
                isOlder(known.filter, than: interval)
            else { continue }
            guard await leases.take(.filter(sale.id), for: interval * 0.9) == .held else {
                try await build(sale)
                continue
            }
            let generation = known.filter?.generation ?? 0
            let reading = await gate.filter(of: sale.id, epoch: epoch, newerThan: generation)
            if case .newer(let filter, let sold) = reading {
                board.learn(filter, sold: sold, of: sale.id, epoch: epoch)
            } else if known.filter != nil, isOlder(known.filter, than: interval * 2) {
                try await build(sale)
            }
        }
    }

    private func isOlder(_ filter: SoldItemFilter?, than age: Duration) -> Bool {
        guard let filter, let clock = board.recordClock(at: time.now) else { return true }
        return clock.since(Timestamp(microseconds: filter.generation)) >= age
    }

    private func build(_ sale: Sale) async throws(StoreError) {
        let start = time.now
        guard let facts = try await sales.facts(of: sale.id, includingFullUsers: false) else { return }
        let bloom = facts.sold.filter(of: sale.id, capacity: Int(sale.totalItems))
        let filter = SoldItemFilter(generation: facts.readAt.microseconds, bloom: bloom)
        board.learn(filter, sold: facts.sold.units, of: sale.id, epoch: facts.epoch)
        metrics.filterRebuilt(sale: sale.id, filter: filter, items: facts.sold.count, took: time.now - start)
        // The gate may have forgotten facts without anybody noticing; merging what was read puts them back.
        if await gate.open(facts) == .built { await gate.publish(filter, of: sale.id, epoch: facts.epoch) }
    }
}
