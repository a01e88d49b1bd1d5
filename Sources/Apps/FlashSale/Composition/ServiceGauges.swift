import API
import HTTP
import Kernel
import Postgres
import Redis
import Sales
import Telemetry

/// What is read when somebody scrapes: queues, pools, connections, sales, filters, degraded modes.
struct ServiceGauges: Sendable {
    let board: SaleBoard
    let record: Record
    let redis: RedisClient
    let shopperServer: HTTPServer
    let door: LoadShedding
    let audience: HTTPAudience
    let queues: [(name: String, depth: @Sendable () -> Int)]

    func register(in metrics: PrometheusMetrics) {
        for (name, depth) in queues {
            metrics.gauge("flashsale_queue_depth", [("queue", name)]) { Double(depth()) }
        }
        for (name, pool) in [("reads", record.readPool), ("operators", record.changePool)] {
            registerPool(name, pool, in: metrics)
        }
        let server = shopperServer
        metrics.gauge("http_server_active_requests") { Double(server.inFlightCount) }
        metrics.gauge("http_server_connections") { Double(server.connectionCount) }
        let door = door
        for urgency in Urgency.allCases {
            let labels = [("class", urgency.word)]
            metrics.gauge("flashsale_requests_in_flight", labels) { Double(door.inFlight(urgency)) }
            metrics.gauge("flashsale_requests_bound", labels) { Double(door.bound(urgency)) }
        }
        registerReaders(in: metrics)
        let redis = redis
        metrics.gauge("flashsale_degraded_mode", [("mode", "redis_down")]) { redis.isConnected ? 0 : 1 }
        registerSales(in: metrics)
    }

    private func registerReaders(in metrics: PrometheusMetrics) {
        let audience = audience
        metrics.gauge("flashsale_event_readers") { Double(audience.count) }
        metrics.counter("flashsale_events_sent_total") { Double(audience.sentCount) }
        metrics.counter("flashsale_event_readers_dropped_total") { Double(audience.droppedCount) }
        metrics.counter("flashsale_event_readers_refused_total") { Double(audience.refusedCount) }
    }

    private func registerPool(_ name: String, _ pool: PostgresPool, in metrics: PrometheusMetrics) {
        metrics.gauge("db_client_connections", [("pool", name), ("state", "idle")]) {
            Double(pool.statistics.idle)
        }
        metrics.gauge("db_client_connections", [("pool", name), ("state", "used")]) {
            Double(pool.statistics.busy)
        }
        metrics.gauge("db_client_connection_pending_requests", [("pool", name)]) { Double(pool.statistics.waiting) }
    }

    /// Sums over the sales that run: a label for each sale would grow without bound.
    private func registerSales(in metrics: PrometheusMetrics) {
        let board = board
        let knowledge = { @Sendable in board.liveSales().compactMap { board.knowledge(of: $0.id) } }
        metrics.gauge("flashsale_sales_live") { Double(board.liveSales().count) }
        metrics.gauge("flashsale_sales_open") { Double(board.openSales(at: .now).count) }
        metrics.gauge("flashsale_record_age_seconds") { board.recordAge(at: .now)?.inSeconds ?? .infinity }
        metrics.gauge("flashsale_sale_items") { knowledge().reduce(0) { $0 + Double($1.sale.totalItems) } }
        metrics.gauge("flashsale_sale_items_sold") { knowledge().reduce(0) { $0 + Double($1.soldUnits) } }
        metrics.gauge("flashsale_bloom_size_bytes") {
            knowledge().reduce(0) { $0 + Double($1.filter?.bloom.bitCount ?? 0) / 8 }
        }
        metrics.gauge("flashsale_bloom_estimated_fp_ratio") {
            knowledge().compactMap { $0.filter?.bloom.estimatedFalsePositives }.max() ?? 0
        }
        metrics.gauge("flashsale_bloom_age_seconds") {
            guard let clock = board.recordClock(at: .now) else { return 0 }
            let ages = knowledge().compactMap { $0.filter }.map {
                clock.since(Timestamp(microseconds: $0.generation)).inSeconds
            }
            return ages.max() ?? 0
        }
    }
}
