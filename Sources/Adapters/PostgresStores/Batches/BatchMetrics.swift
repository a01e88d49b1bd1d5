import Kernel
import Metrics

/// What is counted of one writer's batches; every handle is made once.
struct BatchMetrics: Sendable {
    private let attempts: [String: Counter]
    private let size: Recorder
    private let duration: Metrics.Timer

    init(writer: String) {
        let labels = ["committed", "conflict", "rejected", "unknown", "unavailable"]
        attempts = Dictionary(
            uniqueKeysWithValues: labels.map { label in
                (
                    label,
                    Counter(
                        label: "flashsale_batch_attempts_total",
                        dimensions: [("writer", writer), ("result", label)]
                    )
                )
            }
        )
        size = Recorder(label: "flashsale_batch_requests", dimensions: [("writer", writer)])
        duration = Metrics.Timer(label: "flashsale_batch_duration_seconds", dimensions: [("writer", writer)])
    }

    func attempted(_ result: String, size: Int, took: Duration) {
        attempts[result]?.increment()
        self.size.record(size)
        duration.recordNanoseconds(took.microseconds * 1000)
    }
}

/// Transactions run again, by SQLSTATE; the states are a closed set, `other` takes the rest.
struct RetryMetrics: Sendable {
    private static let states = ["40001", "40P01", "55P03", "FS001", "23505", "57014", "08006"]
    private let counters: [String: Counter]
    private let other: Counter

    init(writer: String) {
        let counter = { (state: String) in
            Counter(label: "flashsale_pg_txn_retries_total", dimensions: [("op", writer), ("sqlstate", state)])
        }
        counters = Dictionary(uniqueKeysWithValues: Self.states.map { ($0, counter($0)) })
        other = counter("other")
    }

    func retried(_ state: String) { (counters[state] ?? other).increment() }
}
