import Metrics
import Redis

/// What is counted of commands to Redis; every handle is made once and the labels are bounded.
struct CommandMetrics: Sendable {
    static let errorsLabel = "flashsale_redis_errors_total"

    /// Redis' error words that have a label of their own.
    private static let words = [
        "NOSCRIPT", "LOADING", "READONLY", "OOM", "BUSY", "MISCONF", "NOAUTH", "NOPERM", "WRONGTYPE", "ERR",
    ]

    private struct Handles: Sendable {
        let duration: Metrics.Timer
        let errors: [String: Counter]
        let other: Counter

        init(script: String) {
            let counter = { (word: String) in
                Counter(label: CommandMetrics.errorsLabel, dimensions: [("script", script), ("error", word)])
            }
            duration = Metrics.Timer(
                label: "flashsale_redis_command_duration_seconds",
                dimensions: [("script", script)]
            )
            let words = CommandMetrics.words + RedisError.Code.allCases.filter { $0 != .server }.map(\.rawValue)
            errors = Dictionary(uniqueKeysWithValues: words.map { ($0, counter($0)) })
            other = counter("other")
        }
    }

    private let scripts = GateScripts.all.map { Handles(script: $0.name) }
    /// Of commands that are no scripts.
    private let plain = Handles(script: "plain")

    func record(_ observation: RedisObservation) {
        let handles = observation.tag.map { scripts[$0] } ?? plain
        if let error = observation.error { (handles.errors[error.word] ?? handles.other).increment() }
        guard observation.duration > .zero else { return }  // Never sent.
        let (seconds, attoseconds) = observation.duration.components
        handles.duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

/// Counts answers of scripts that are not in their contract.
struct ReplyFaults: Sendable {
    private let counters = Dictionary(
        uniqueKeysWithValues: (GateScripts.all.map(\.name) + ["plain"]).map { name in
            (name, Counter(label: CommandMetrics.errorsLabel, dimensions: [("script", name), ("error", "reply")]))
        }
    )

    func count(_ command: RedisCommand) { (counters[command.name] ?? counters["plain"])?.increment() }
}
