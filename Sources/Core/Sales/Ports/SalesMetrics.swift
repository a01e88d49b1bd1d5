import Kernel

/// What operators want counted; an adapter gives the numbers names.
public protocol SalesMetrics: Sendable {
    /// A checkout was answered: accepted or a refusal's word, and by whom it was decided.
    func checkoutAnswered(outcome: String, by decider: CheckoutDecider)
    /// A purchase was answered.
    func purchaseAnswered(_ outcome: PurchaseOutcome)
    /// The sold-item filter was asked about an item.
    func filterAsked(_ answer: FilterAnswer)
    /// The lock on a code was asked for.
    func lockAsked(_ admission: PurchaseAdmission)
    /// A filter was rebuilt or loaded.
    func filterRebuilt(sale: SaleID, filter: SoldItemFilter, items: Int, took: Duration)
    /// A gate was rebuilt.
    func gateRebuilt(sale: SaleID, items: Int, took: Duration)
    /// A sale was audited.
    func saleAudited(_ report: AuditSale.Report, took: Duration)
}

/// What decided a checkout.
public enum CheckoutDecider: String, Sendable, CaseIterable {
    /// A fact in this instance's memory.
    case memory
    /// A fact in the gate.
    case gate
    /// The record.
    case record
}

/// What the sold-item filter said, and whether it was right.
public enum FilterAnswer: String, Sendable, CaseIterable {
    /// Surely not sold.
    case miss
    /// Probably sold, and it was.
    case confirmed
    /// Probably sold, and nothing confirmed it.
    case unconfirmed
}
