import Kernel

/// Makes sure that the gate holds the facts of every running sale, and rebuilds it where it has lost them.
public struct KeepGateOpen: Sendable {
    static let leaseDuration = Duration.seconds(10)

    let sales: any SaleRepository
    let gate: any GateStore
    let leases: any Leases
    let board: SaleBoard
    let time: any TimeSource
    let metrics: any SalesMetrics

    /// Looks at each known sale and rebuilds what is cold.
    ///
    /// Cost: one small read of the gate a sale; a rebuild reads the sale's sold items and full users in one snapshot.
    /// - Throws: ``StoreError`` when the record is away.
    public func execute() async throws(StoreError) {
        for sale in board.liveSales() {
            guard let epoch = board.knowledge(of: sale.id)?.epoch else { continue }
            switch await gate.state(of: sale.id) {
            case .unreachable: return
            case .epoch(epoch.description): continue
            case .epoch, .empty: try await rebuild(sale.id)
            }
        }
    }

    private func rebuild(_ id: SaleID) async throws(StoreError) {
        let lease = LeaseName.gate(id)
        guard await leases.take(lease, for: Self.leaseDuration) != .held else { return }
        defer { leases.release(lease) }
        let start = time.now
        guard let facts = try await sales.facts(of: id, includingFullUsers: true) else { return }
        guard await gate.open(facts) == .built else { return }
        metrics.gateRebuilt(sale: id, items: facts.sold.count, took: time.now - start)
    }
}
