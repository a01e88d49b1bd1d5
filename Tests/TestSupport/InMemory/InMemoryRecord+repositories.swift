import Kernel
import Sales

extension InMemoryRecord: SaleRepository {
    /// The record's clock.
    public func now() async throws(StoreError) -> Timestamp { now }

    /// A sale with its progress.
    public func sale(_ id: SaleID, by deadline: Instant) async throws(StoreError) -> SaleSummary? {
        tables.sales[id].map(summary)
    }

    /// The sale that opened last among those that run.
    public func activeSale(by deadline: Instant) async throws(StoreError) -> SaleSummary? {
        tables.sales.values.map(summary).filter { $0.status == .active }
            .max { ($0.sale.startsAt, $0.sale.id) < ($1.sale.startsAt, $1.sale.id) }
    }

    /// Sales by descending number.
    public func sales(after cursor: SaleID?, limit: Int, by deadline: Instant) async throws(StoreError) -> [SaleSummary]
    {
        let sales = tables.sales.values.filter { sale in cursor.map { sale.id < $0 } ?? true }
        return sales.sorted { $1.id < $0.id }.prefix(limit).map(summary)
    }

    /// The sales that are not over.
    public func liveSales() async throws(StoreError) -> LiveSales {
        let (tables, now) = (tables, now)
        let live = tables.sales.values.filter { !$0.isOver(at: now) }.sorted { $0.id < $1.id }
        return LiveSales(sales: live, now: now, identity: tables.identity)
    }

    /// Items of a sale by number.
    public func items(
        of sale: SaleID,
        after cursor: Int32,
        limit: Int,
        available: Bool,
        by deadline: Instant
    ) async throws(StoreError) -> [ListedItem] {
        let units = tables.units(of: sale).filter { $0.item.key.number > cursor && !(available && $0.soldTo != nil) }
        return units.prefix(limit).map { ListedItem(item: $0.item, isSold: $0.soldTo != nil) }
    }

    /// The facts of a sale in one snapshot.
    public func facts(of sale: SaleID, includingFullUsers: Bool) async throws(StoreError) -> SaleFacts? {
        tables.facts(of: sale, at: now, includingFullUsers: includingFullUsers)
    }

    /// Puts a sale with its whole stock on record.
    public func create(_ draft: SaleDraft, by actor: AuditActor) async throws(StoreError) -> SaleCreation {
        change { $0.create(draft, at: $1) }
    }

    /// Changes a sale and raises its control version.
    public func update(
        _ id: SaleID,
        action: String,
        by actor: AuditActor,
        _ change: @escaping @Sendable (Sale, Timestamp) -> Result<Sale, SaleControlRefusal>
    ) async throws(StoreError) -> Result<Sale, SaleControlRefusal>? {
        self.change { $0.update(id, at: $1, change) }
    }

    /// Raises a sale's gate epoch.
    public func raiseGateEpoch(of id: SaleID, by actor: AuditActor, reason: String) async throws(StoreError) {
        change { tables, _ in tables.raiseGateEpoch(of: id) }
    }

    private func summary(_ sale: Sale) -> SaleSummary {
        SaleSummary(sale: sale, itemsSold: tables.units(of: sale.id).count { $0.soldTo != nil }, asOf: now)
    }
}

extension InMemoryRecord: CheckoutRepository {
    /// The checkout of a code.
    public func checkout(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> Checkout? {
        let tables = tables
        guard let user = tables.checkouts[code], let sale = tables.sales[code.sale],
            let buyer = tables.buyers[BuyerKey(sale: code.sale, user: user)]
        else { return nil }
        let isOpen = buyer.openCode == code
        let cart = isOpen ? buyer.cart : tables.purchases[code]?.cart ?? []
        return Checkout(
            code: code,
            userID: user,
            status: isOpen ? .open : .completed,
            items: cart.map(\.id),
            saleEndsAt: sale.endsAt
        )
    }

    /// The outcome of a code.
    public func outcome(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> StoredOutcome? {
        tables.purchases[code]?.outcome
    }
}
