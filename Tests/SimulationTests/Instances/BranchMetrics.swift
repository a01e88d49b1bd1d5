import Kernel
import Sales

/// Counts as branches what the service counts as metrics, and tells the witness what an audit finds.
struct BranchMetrics: SalesMetrics {
    let log: EventLog
    let witness: Witness

    func checkoutAnswered(outcome: String, by decider: CheckoutDecider) {
        switch decider {
        case .memory: log.count(.refusedByMemory)
        case .gate: log.count(.refusedByGate)
        case .record: break
        }
    }

    func purchaseAnswered(_ outcome: PurchaseOutcome) {}

    func filterAsked(_ answer: FilterAnswer) {
        switch answer {
        case .miss: log.count(.filterMissed)
        case .confirmed: log.count(.filterHitConfirmed)
        case .unconfirmed: log.count(.filterHitUnconfirmed)
        }
    }

    func lockAsked(_ admission: PurchaseAdmission) {
        switch admission {
        case .done: log.count(.replayedByGate)
        case .locked: log.count(.lockTaken)
        case .busy: log.count(.lockHeld)
        case .cold: log.count(.gateCold)
        }
    }

    func filterRebuilt(sale: SaleID, filter: SoldItemFilter, items: Int, took: Duration) {}

    func gateRebuilt(sale: SaleID, items: Int, took: Duration) { log.count(.gateRebuilt) }

    func saleAudited(_ report: AuditSale.Report, took: Duration) {
        log.count(.audited)
        witness.expect(report.violations.isEmpty, "P7: an audit found \(report.violations)")
    }
}
