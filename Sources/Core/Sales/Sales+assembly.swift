import Kernel

extension Sales {
    /// Everything that the context needs of the outside.
    public struct Ports: Sendable {
        /// Decides checkout commands.
        public var checkoutCommitter: any CheckoutCommitter
        /// Decides purchases.
        public var purchaseCommitter: any PurchaseCommitter
        /// Sales on record.
        public var sales: any SaleRepository
        /// Checkouts and outcomes on record.
        public var checkouts: any CheckoutRepository
        /// Items on their way into a sale.
        public var imports: any ItemImports
        /// What a sale leaves behind.
        public var exports: any SaleExports
        /// Tells what came of a sale.
        public var reports: any SaleReports
        /// Looks over the record of a sale.
        public var auditor: any SaleAuditor
        /// The gate in front of checkouts.
        public var checkoutGate: any CheckoutGate
        /// The gate in front of purchases.
        public var purchaseGate: any PurchaseGate
        /// The facts that the gate keeps.
        public var gateStore: any GateStore
        /// Claims on work.
        public var leases: any Leases
        /// What operators want counted.
        public var metrics: any SalesMetrics

        /// Puts the ports together.
        public init(
            checkoutCommitter: any CheckoutCommitter,
            purchaseCommitter: any PurchaseCommitter,
            sales: any SaleRepository,
            checkouts: any CheckoutRepository,
            imports: any ItemImports,
            exports: any SaleExports,
            reports: any SaleReports,
            auditor: any SaleAuditor,
            checkoutGate: any CheckoutGate,
            purchaseGate: any PurchaseGate,
            gateStore: any GateStore,
            leases: any Leases,
            metrics: any SalesMetrics
        ) {
            self.checkoutCommitter = checkoutCommitter
            self.purchaseCommitter = purchaseCommitter
            self.sales = sales
            self.checkouts = checkouts
            self.imports = imports
            self.exports = exports
            self.reports = reports
            self.auditor = auditor
            self.checkoutGate = checkoutGate
            self.purchaseGate = purchaseGate
            self.gateStore = gateStore
            self.leases = leases
            self.metrics = metrics
        }
    }

    /// Time and randomness.
    public struct Surroundings: Sendable {
        /// Monotonic time.
        public var time: any TimeSource = SystemTimeSource()
        /// What waiting is done by.
        public var clock: any Clock<Duration> = ContinuousClock()
        /// Where secrets come from.
        public var random: any RandomSource = SystemRandomSource()
        /// The machine's wall clock, used before the record's clock is known and never to decide.
        public var wallClock: @Sendable () -> Timestamp

        /// The machine's own, with the given wall clock.
        public init(wallClock: @escaping @Sendable () -> Timestamp) { self.wallClock = wallClock }
    }

    /// Joins the use cases to their ports.
    public init(
        ports: Ports,
        board: SaleBoard,
        surroundings: Surroundings,
        plan: PrepareScheduledSales.Plan,
        filterInterval: Duration,
        auditInterval: Duration
    ) {
        let time = surroundings.time
        let metrics = ports.metrics
        let underWay = PurchasesUnderWay()
        startCheckout = Self.startCheckout(ports, board, surroundings)
        removeCheckoutItem = RemoveCheckoutItem(committer: ports.checkoutCommitter)
        completePurchase = CompletePurchase(
            board: board,
            underWay: underWay,
            gate: ports.purchaseGate,
            committer: ports.purchaseCommitter,
            random: surroundings.random,
            time: time,
            clock: surroundings.clock,
            metrics: metrics
        )
        findCheckout = FindCheckout(checkouts: ports.checkouts, underWay: underWay, gate: ports.purchaseGate)
        findPurchase = FindPurchase(checkouts: ports.checkouts, underWay: underWay, gate: ports.purchaseGate)
        followSale = FollowSale(sales: ports.sales, gate: ports.gateStore, board: board, time: time)
        createSale = CreateSale(
            sales: ports.sales,
            limits: .init(itemsPerUser: Int(plan.itemsPerUser), graceSeconds: Int(plan.graceSeconds))
        )
        controlSale = ControlSale(sales: ports.sales)
        importItems = ImportItems(sales: ports.sales, imports: ports.imports)
        reconcileSale = ReconcileSale(sales: ports.sales, gate: ports.gateStore)
        prepareScheduledSales = PrepareScheduledSales(sales: ports.sales, plan: plan)
        refreshSaleBoard = RefreshSaleBoard(sales: ports.sales, board: board, time: time)
        keepGateOpen = KeepGateOpen(
            sales: ports.sales,
            gate: ports.gateStore,
            leases: ports.leases,
            board: board,
            time: time,
            metrics: metrics
        )
        rebuildSoldItemFilter = RebuildSoldItemFilter(
            sales: ports.sales,
            gate: ports.gateStore,
            leases: ports.leases,
            board: board,
            time: time,
            metrics: metrics,
            interval: filterInterval
        )
        auditSale = AuditSale(auditor: ports.auditor, reconcile: reconcileSale)
        auditLiveSales = AuditLiveSales(
            audit: auditSale,
            leases: ports.leases,
            board: board,
            time: time,
            clock: surroundings.clock,
            metrics: metrics,
            interval: auditInterval
        )
        repository = ports.sales
        exports = ports.exports
        reports = ports.reports
        self.board = board
    }

    private static func startCheckout(
        _ ports: Ports,
        _ board: SaleBoard,
        _ surroundings: Surroundings
    ) -> StartCheckout {
        StartCheckout(
            board: board,
            gate: ports.checkoutGate,
            committer: ports.checkoutCommitter,
            attempts: AttemptIDs(
                board: board,
                time: surroundings.time,
                random: surroundings.random,
                fallback: surroundings.wallClock
            ),
            random: surroundings.random,
            time: surroundings.time,
            metrics: ports.metrics
        )
    }
}
