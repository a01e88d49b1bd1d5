import Kernel

/// The sales context: its use cases, and the reading sides of its ports.
public struct Sales: Sendable {
    // What shoppers do.
    /// Puts an item into the user's open checkout.
    public let startCheckout: StartCheckout
    /// Takes an item out of a checkout.
    public let removeCheckoutItem: RemoveCheckoutItem
    /// Redeems a code.
    public let completePurchase: CompletePurchase
    /// Looks up a checkout.
    public let findCheckout: FindCheckout
    /// Looks up what became of a code.
    public let findPurchase: FindPurchase
    /// Tells where a sale stands, again and again.
    public let followSale: FollowSale

    // What operators do.
    /// Puts a sale on record.
    public let createSale: CreateSale
    /// Pauses, resumes, ends, extends a sale.
    public let controlSale: ControlSale
    /// Brings items into a sale.
    public let importItems: ImportItems
    /// Compares the gate with the record and repairs the gate.
    public let reconcileSale: ReconcileSale
    /// Looks a sale over.
    public let auditSale: AuditSale

    // What happens by itself.
    /// Puts the scheduled sales on record.
    public let prepareScheduledSales: PrepareScheduledSales
    /// Keeps this instance's knowledge fresh.
    public let refreshSaleBoard: RefreshSaleBoard
    /// Rebuilds the gate where it has lost its facts.
    public let keepGateOpen: KeepGateOpen
    /// Rebuilds or loads the sold-item filters.
    public let rebuildSoldItemFilter: RebuildSoldItemFilter
    /// Looks the running sales over.
    public let auditLiveSales: AuditLiveSales

    // What is only read.
    /// Sales and items.
    public let repository: any SaleRepository
    /// What a sale leaves behind.
    public let exports: any SaleExports
    /// What came of a sale.
    public let reports: any SaleReports
    /// What this instance knows.
    public let board: SaleBoard
}
