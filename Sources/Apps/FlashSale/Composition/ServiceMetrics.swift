import Kernel
import Metrics
import Sales
import Synchronization

/// Counts what the sales context reports; every handle is made once.
final class ServiceMetrics: SalesMetrics {
    private static let checkoutOutcomes = [
        CheckoutAttempt.accepted, "item_not_found", "sale_not_found", "item_not_in_sale", "sale_not_active",
        "sale_ended", "item_already_sold", "user_limit_exceeded",
    ]

    private let checkouts: [String: Counter]
    private let purchases: [String: Counter]
    private let filterAnswers: [FilterAnswer: Counter]
    private let locks: [String: Counter]
    private let filterRebuilds = Metrics.Timer(label: "flashsale_bloom_rebuild_duration_seconds")
    private let audits = Metrics.Timer(label: "flashsale_audit_duration_seconds")
    private let violations: [Invariant: Counter]
    private let missingInGate = Gauge(label: "flashsale_gate_drift", dimensions: [("kind", "missing")])
    private let wrongInGate = Gauge(label: "flashsale_gate_drift", dimensions: [("kind", "wrong")])
    private let auditedAt = Mutex<Instant?>(nil)
    private let gateRebuilds = Metrics.Timer(label: "flashsale_gate_rebuild_duration_seconds")

    init() {
        var checkouts: [String: Counter] = [:]
        for outcome in Self.checkoutOutcomes {
            for decider in CheckoutDecider.allCases {
                checkouts[outcome + decider.rawValue] = Counter(
                    label: "flashsale_checkouts_total",
                    dimensions: [("outcome", outcome), ("decided_by", decider.rawValue)]
                )
            }
        }
        self.checkouts = checkouts
        purchases = Self.counters("flashsale_purchases_total", "outcome", PurchaseOutcome.words)
        locks = Self.counters("flashsale_lock_acquire_total", "result", PurchaseAdmission.words)
        violations = Dictionary(
            uniqueKeysWithValues: Invariant.allCases.map { invariant in
                let dimensions = [("invariant", invariant.rawValue)]
                return (invariant, Counter(label: "flashsale_invariant_violations_total", dimensions: dimensions))
            }
        )
        filterAnswers = Dictionary(
            uniqueKeysWithValues: FilterAnswer.allCases.map { answer in
                (answer, Counter(label: "flashsale_bloom_checks_total", dimensions: [("result", answer.rawValue)]))
            }
        )
    }

    func checkoutAnswered(outcome: String, by decider: CheckoutDecider) {
        checkouts[outcome + decider.rawValue]?.increment()
    }

    func purchaseAnswered(_ outcome: PurchaseOutcome) { purchases[outcome.word]?.increment() }

    func filterAsked(_ answer: FilterAnswer) { filterAnswers[answer]?.increment() }

    func lockAsked(_ admission: PurchaseAdmission) { locks[admission.word]?.increment() }

    func filterRebuilt(sale: SaleID, filter: SoldItemFilter, items: Int, took: Duration) {
        filterRebuilds.recordNanoseconds(took.microseconds * 1000)
    }

    func gateRebuilt(sale: SaleID, items: Int, took: Duration) {
        gateRebuilds.recordNanoseconds(took.microseconds * 1000)
    }

    func saleAudited(_ report: AuditSale.Report, took: Duration) {
        audits.recordNanoseconds(took.microseconds * 1000)
        auditedAt.withLock { $0 = .now }
        for (invariant, count) in report.violations { violations[invariant]?.increment(by: Int64(count)) }
        guard let gate = report.gate else { return }
        missingInGate.record(gate.missingSold + gate.missingFull)
        wrongInGate.record(gate.wrongSold.count + gate.wrongFull)
    }

    /// When this instance last audited a sale.
    var lastAudit: Instant? { auditedAt.withLock { $0 } }

    private static func counters(_ label: String, _ dimension: String, _ words: [String]) -> [String: Counter] {
        Dictionary(
            uniqueKeysWithValues: words.map { ($0, Counter(label: label, dimensions: [(dimension, $0)])) }
        )
    }
}

extension PurchaseOutcome {
    static let words = [
        "purchased", "all_items_sold", "user_limit_exceeded", "replayed", "checkout_not_found", "sale_not_active",
        "sale_ended",
        "checkout_empty",
    ]

    var word: String {
        switch self {
        case .decided(_, replayed: true): "replayed"
        case .decided(let outcome, replayed: false):
            outcome.status == 200 ? "purchased" : outcome.status == 409 ? "all_items_sold" : "user_limit_exceeded"
        case .refused(.checkoutNotFound): "checkout_not_found"
        case .refused(.saleNotActive): "sale_not_active"
        case .refused(.saleEnded): "sale_ended"
        case .refused(.checkoutEmpty): "checkout_empty"
        }
    }
}

extension PurchaseAdmission {
    static let words = ["done", "locked", "busy", "cold"]

    var word: String {
        switch self {
        case .done: "done"
        case .locked: "locked"
        case .busy: "busy"
        case .cold: "cold"
        }
    }
}
