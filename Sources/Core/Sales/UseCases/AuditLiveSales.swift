import Kernel

/// Audits every running sale now and then: one instance a sale, whoever takes the lease.
public struct AuditLiveSales: Sendable {
    static let actor = AuditActor("audit")

    let audit: AuditSale
    let leases: any Leases
    let board: SaleBoard
    let time: any TimeSource
    let metrics: any SalesMetrics
    /// How long a sale is left alone after an audit.
    let interval: Duration

    /// Audits the sales whose turn it is; to be called every `interval`.
    ///
    /// - Returns: the sales where something is wrong, with what it is.
    /// - Throws: ``StoreError`` when the record is away.
    public func execute() async throws(StoreError) -> [(sale: SaleID, violations: [Invariant: Int])] {
        var broken: [(sale: SaleID, violations: [Invariant: Int])] = []
        for sale in board.liveSales() {
            guard await leases.take(.audit(sale.id), for: interval * 0.9) != .held else { continue }
            let start = time.now
            guard let report = try await audit.execute(sale.id, by: Self.actor) else { continue }
            metrics.saleAudited(report, took: time.now - start)
            if !report.violations.isEmpty { broken.append((sale.id, report.violations)) }
        }
        return broken
    }
}
