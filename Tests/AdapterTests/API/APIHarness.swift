import API
import HTTP
import Kernel
import Logging
import PostgresStores
import RedisStores
import Sales
import Testing

/// Both APIs over real ports; their routes are called without a network.
struct APIHarness: Sendable {
    static let operatorToken = "operator-token-0123456789"

    let store: StoreHarness
    let gate: GateHarness
    let sales: Sales
    let calls: CallLog

    /// Runs `body` on a database of its own, whose sales have numbers of their own: the Redis server is shared.
    static func with(_ body: @Sendable @escaping (APIHarness) async throws -> Void) async throws {
        try await StoreHarness.with { store in
            try await GateHarness.with { gate in
                try await store.change("ALTER TABLE sales ALTER COLUMN sale_no RESTART WITH \(gate.sale.number)")
                let log = Logger(label: "test")
                let knowledge = BatchKnowledge(board: store.board, gate: gate.gates.checkout, time: SystemTimeSource())
                let checkouts = PostgresCheckoutCommitter(
                    store.configuration(),
                    knowledge: knowledge,
                    time: SystemTimeSource(),
                    log: log
                )
                let purchases = PostgresPurchaseCommitter(
                    store.configuration(),
                    encoder: JSONOutcomeEncoder(),
                    knowledge: knowledge,
                    time: SystemTimeSource(),
                    log: log
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await checkouts.run() }
                    group.addTask { await purchases.run() }
                    defer {
                        checkouts.drain(by: .now + .seconds(10))
                        purchases.drain(by: .now + .seconds(10))
                    }
                    let calls = CallLog()
                    let sales = sales(ports(store, gate, checkouts, purchases).logged(in: calls), store.board)
                    try await body(APIHarness(store: store, gate: gate, sales: sales, calls: calls))
                }
            }
        }
    }

    /// The operators' routes.
    var operators: HTTPRouter {
        let live = LiveFeed(sales: sales, instance: "test") { nil }
        return OperatorAPI(sales: sales, token: Self.operatorToken, live: live).router
    }

    /// The shoppers' routes, which believe `user_id` where there are no tokens.
    func shoppers(tokens: ShopperTokens? = nil, feeds: SaleFeeds? = nil) -> HTTPRouter {
        let surroundings = ShopperAPI.Surroundings(
            version: "test",
            health: { Health(isReady: true, isPostgresUp: true, isRedisUp: true, uptimeSeconds: 1) },
            metrics: { _ in [] },
            door: LoadShedding(limit: 1000),
            feeds: feeds ?? SaleFeeds(following: sales.followSale, maxReaders: 1000),
            tokens: tokens
        )
        return ShopperAPI(sales: sales, surroundings: surroundings).router
    }

    /// Waits until the gate holds the facts of a running sale: on a machine with much else to do it may answer late.
    @discardableResult
    func openGate(of sale: Sale) async throws -> GateEpoch {
        let epoch = try #require(store.board.knowledge(of: sale.id)?.epoch)
        for _ in 0..<1000 {
            try await sales.keepGateOpen.execute()
            if await gate.gates.store.state(of: sale.id) == .epoch(epoch.description) { return epoch }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the gate of \(sale.id) did not open")
        return epoch
    }

    private static func ports(
        _ store: StoreHarness,
        _ gate: GateHarness,
        _ checkouts: PostgresCheckoutCommitter,
        _ purchases: PostgresPurchaseCommitter
    ) -> Sales.Ports {
        Sales.Ports(
            checkoutCommitter: checkouts,
            purchaseCommitter: purchases,
            sales: store.sales,
            checkouts: store.checkouts,
            imports: store.imports,
            exports: store.exports,
            reports: PostgresSaleReports(changes: RecordPool(store.pool, limit: .seconds(30))),
            auditor: PostgresSaleAuditor(changes: RecordPool(store.pool, limit: .seconds(30))),
            checkoutGate: gate.gates.checkout,
            purchaseGate: gate.gates.purchase,
            gateStore: gate.gates.store,
            leases: gate.gates.leases,
            metrics: NoMetrics()
        )
    }

    private static func sales(_ ports: Sales.Ports, _ board: SaleBoard) -> Sales {
        Sales(
            ports: ports,
            board: board,
            surroundings: Sales.Surroundings(wallClock: { Timestamp(microseconds: 1_700_000_000_000_000) }),
            plan: .init(schedule: .off, items: 1, itemsPerUser: 10, graceSeconds: 60),
            filterInterval: .seconds(10),
            auditInterval: .seconds(60)
        )
    }
}

extension HTTPRouter {
    /// Calls the route of a request, as the server does with one that it lets in.
    func call(
        _ method: HTTPMethod,
        _ target: String,
        bearer tokens: [String] = [],
        body: String = ""
    ) async -> HTTPResponse {
        var headers = tokens.map { ("Authorization", "Bearer " + $0) }
        if !body.isEmpty { headers.append(("Content-Type", "application/json")) }
        let request = HTTPRequest(
            method: method,
            target: target,
            headers: headers,
            body: Array(body.utf8),
            deadline: .now + .seconds(60)
        )
        guard case .found(let route, let path) = match(method, path: request.path) else {
            return HTTPResponse(status: 404)
        }
        switch route.handler {
        case .buffered(let handler): return await handler(request, path)
        case .streaming(let handler): return await handler(request, path, HTTPBodyReader { nil })
        }
    }
}

extension HTTPResponse {
    /// The body as text.
    var text: String {
        if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }
}

struct NoMetrics: SalesMetrics {
    func checkoutAnswered(outcome: String, by decider: CheckoutDecider) {}
    func purchaseAnswered(_ outcome: PurchaseOutcome) {}
    func filterAsked(_ answer: FilterAnswer) {}
    func lockAsked(_ admission: PurchaseAdmission) {}
    func filterRebuilt(sale: SaleID, filter: SoldItemFilter, items: Int, took: Duration) {}
    func gateRebuilt(sale: SaleID, items: Int, took: Duration) {}
    func saleAudited(_ report: AuditSale.Report, took: Duration) {}
}
