/// Metrics of the service as its text exposition gives them: values by series.
struct MetricsText: Sendable {
    /// The families whose change over a run says something; histograms by their count and sum.
    static let families = [
        "flashsale_checkouts_total", "flashsale_purchases_total", "flashsale_batch_attempts_total",
        "flashsale_batch_requests", "flashsale_pg_txn_retries_total", "flashsale_redis_errors_total",
        "flashsale_lock_acquire_total", "flashsale_bloom_checks_total", "flashsale_gate_rebuild_duration_seconds",
        "flashsale_log_dropped_total", "http_server_rejected_total",
    ]

    private(set) var values: [String: Double] = [:]

    /// Adds the series of an instance; those of several instances are summed.
    mutating func add(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            let series = String(line[..<space])
            if Self.isWanted(series.prefix { $0 != "{" }) { values[series, default: 0] += value }
        }
    }

    /// What has changed since, and the mean size of a batch by writer.
    ///
    /// A series that went back was begun anew.
    func change(since before: MetricsText) -> [String: Double] {
        var change: [String: Double] = [:]
        for (series, value) in values {
            let earlier = before.values[series] ?? 0
            if value != earlier { change[series] = value > earlier ? value - earlier : value }
        }
        for (series, count) in change where series.hasPrefix(Self.batches + "_count") && count > 0 {
            let labels = series.drop { $0 != "{" }
            let sum = change[Self.batches + "_sum" + labels] ?? 0
            change["batch_mean" + labels] = (sum / count * 10).rounded() / 10
        }
        return change
    }

    private static let batches = "flashsale_batch_requests"

    private static func isWanted(_ name: Substring) -> Bool {
        let family = ["_count", "_sum"].first(where: name.hasSuffix).map { name.dropLast($0.count) } ?? name
        return families.contains(String(family))
    }
}
