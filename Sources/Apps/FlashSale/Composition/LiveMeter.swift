import API
import Kernel
import Synchronization
import Telemetry

/// Makes figures of what the metrics count: a second's rates, and latencies over the last ten.
final class LiveMeter: Sendable {
    fileprivate struct Sample {
        let taken: Instant
        let requests: Double
        let checkouts: Double
        let purchases: Double
        let refusals: [String: Double]
        let checkoutLatency: MetricReading.Buckets?
        let purchaseLatency: MetricReading.Buckets?
    }

    /// Latencies are those of so long.
    private static let window = Duration.seconds(10)
    /// What was counted before a longer pause says nothing about now.
    private static let pause = Duration.seconds(5)

    private let metrics: PrometheusMetrics
    private let lastAudit: @Sendable () -> Instant?
    private let samples = Mutex<[Sample]>([])

    init(_ metrics: PrometheusMetrics, lastAudit: @escaping @Sendable () -> Instant?) {
        self.metrics = metrics
        self.lastAudit = lastAudit
    }

    /// The figures since the last call, which is to be a second ago; `nil` where it was too long ago.
    func figures(at now: Instant) -> ServiceFigures? {
        let reading = metrics.reading()
        let sample = Sample(reading, at: now)
        let before: (last: Sample, oldest: Sample)? = samples.withLock { samples in
            if let last = samples.last, now - last.taken > Self.pause { samples = [] }
            samples.removeAll { now - $0.taken > Self.window }
            defer { samples.append(sample) }
            guard let last = samples.last, let oldest = samples.first, last.taken < now else { return nil }
            return (last, oldest)
        }
        guard let (last, oldest) = before else { return nil }
        let seconds = (now - last.taken).inSeconds
        let refusals = sample.refusals.compactMap { reason, count -> (String, Double)? in
            let rate = (count - (last.refusals[reason] ?? 0)) / seconds
            return rate > 0 ? (reason, rate) : nil
        }
        return ServiceFigures(
            requests: (sample.requests - last.requests) / seconds,
            purchases: (sample.purchases - last.purchases) / seconds,
            checkouts: (sample.checkouts - last.checkouts) / seconds,
            refusals: Dictionary(uniqueKeysWithValues: refusals),
            checkoutLatency: .init(sample.checkoutLatency?.since(oldest.checkoutLatency)),
            purchaseLatency: .init(sample.purchaseLatency?.since(oldest.purchaseLatency)),
            degraded: reading.values(of: "flashsale_degraded_mode").filter { $0.value > 0 }.compactMap {
                $0.labels["mode"]
            },
            violations: Int(reading.sum(of: "flashsale_invariant_violations_total")),
            queues: Dictionary(
                reading.values(of: "flashsale_queue_depth").map { ($0.labels["queue"] ?? "", Int($0.value)) },
                uniquingKeysWith: +
            ),
            lastAudit: lastAudit().map { (now - $0).inSeconds }
        )
    }
}

extension LiveMeter.Sample {
    fileprivate init(_ reading: MetricReading, at now: Instant) {
        taken = now
        requests = reading.sum(of: "http_requests_total") { $0["listener"] == "shoppers" }
        checkouts = reading.sum(of: "flashsale_checkouts_total")
        purchases = reading.sum(of: "flashsale_purchases_total")
        checkoutLatency = reading.latency(of: "/checkout")
        purchaseLatency = reading.latency(of: "/purchase")
        var refusals: [String: Double] = [:]
        for (name, wins) in [
            ("flashsale_checkouts_total", ["accepted"]), ("flashsale_purchases_total", ["purchased", "replayed"]),
        ] {
            for series in reading.values(of: name) {
                guard let outcome = series.labels["outcome"], !wins.contains(outcome) else { continue }
                refusals[outcome, default: 0] += series.value
            }
        }
        refusals["overloaded"] = reading.sum(of: "flashsale_requests_shed_total")
        refusals["rate_limited"] = reading.sum(of: "flashsale_rate_limit_total") { $0["result"] == "limited" }
        self.refusals = refusals
    }
}

extension MetricReading {
    fileprivate func sum(of name: String, where isChosen: ([String: String]) -> Bool = { _ in true }) -> Double {
        values(of: name).filter { isChosen($0.labels) }.reduce(0) { $0 + $1.value }
    }

    fileprivate func latency(of route: String) -> Buckets? {
        buckets(of: "http_request_duration_seconds") { $0["route"] == route && $0["method"] == "POST" }
    }
}

extension ServiceFigures.Latency {
    fileprivate init(_ buckets: MetricReading.Buckets?) {
        self.init(p50: buckets?.quantile(0.5).map { $0 * 1000 }, p99: buckets?.quantile(0.99).map { $0 * 1000 })
    }
}
