import Kernel

/// Audits every running sale now and then: one instance a sale, whoever takes the lease.
public struct AuditLiveSales: Sendable {
    static let actor = AuditActor("audit")

    let audit: AuditSale
    let leases: any Leases
    let board: SaleBoard
    let time: any TimeSource
    let clock: any Clock<Duration>
    let metrics: any SalesMetrics
    /// How long a sale is left alone after an audit.
    let interval: Duration

    /// Audits the sales whose turn it is; to be called every `interval`.
    ///
    /// Where many sales run it takes most of the interval, as it rests between audits.
    ///
    /// - Returns: the sales where something is wrong, with what it is; those seen so far when the task is cancelled.
    /// - Throws: ``StoreError`` when the record is away.
    public func execute() async throws(StoreError) -> [(sale: SaleID, violations: [Invariant: Int])] {
        var broken: [(sale: SaleID, violations: [Invariant: Int])] = []
        var rest = Duration.zero
        let sales = board.liveSales()
        for sale in sales {
            guard await leases.take(.audit(sale.id), for: interval * 0.9) != .held else { continue }
            if rest > .zero { do { try await clock.sleep(for: rest) } catch { break } }
            let start = time.now
            guard let report = try await audit.execute(sale.id, by: Self.actor) else { continue }
            let took = time.now - start
            metrics.saleAudited(report, took: took)
            if !report.violations.isEmpty { broken.append((sale.id, report.violations)) }
            rest = Self.rest(after: took, among: sales.count, every: interval)
        }
        return broken
    }

    /// How long to leave the record alone after an audit: four times as long as it took, so that shoppers of a day with
    /// many sales have it to themselves most of the time; less where the round would not be over in four fifths of
    /// `interval`.
    static func rest(after took: Duration, among sales: Int, every interval: Duration) -> Duration {
        max(.zero, min(took * 4, interval * 0.8 / max(sales, 1) - took))
    }
}
