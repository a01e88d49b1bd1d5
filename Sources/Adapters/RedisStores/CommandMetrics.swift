import Metrics
import Redis
import Synchronization

/// What is counted of commands to Redis; the labels are bounded.
struct CommandMetrics: Sendable {
    private struct Handles: Sendable {
        let duration: Metrics.Timer
        let errors: ErrorCounters

        init(script: String) {
            duration = Metrics.Timer(
                label: "flashsale_redis_command_duration_seconds",
                dimensions: [("script", script)]
            )
            errors = ErrorCounters(script: script)
        }
    }

    private let scripts = GateScripts.all.map { Handles(script: $0.name) }
    /// Of commands that are no scripts.
    private let plain = Handles(script: "plain")

    func record(_ observation: RedisObservation) {
        let handles = observation.tag.map { scripts[$0] } ?? plain
        if let error = observation.error { handles.errors.count(error.word) }
        guard observation.duration > .zero else { return }  // Never sent.
        let (seconds, attoseconds) = observation.duration.components
        handles.duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

/// Counts a script's errors: late answers from 0 on, each other kind from its first one on, for most never happen, and
/// there are many.
final class ErrorCounters: Sendable {
    /// Words that have a label of their own: Redis', the driver's, and `reply` for what is in no script's contract.
    private static let words = Set(
        [
            "NOSCRIPT", "LOADING", "READONLY", "OOM", "BUSY", "MISCONF", "NOAUTH", "NOPERM", "WRONGTYPE", "ERR",
            "reply",
        ] + RedisError.Code.allCases.filter { $0 != .server }.map(\.rawValue)
    )

    private let script: String
    private let counters: Mutex<[String: Counter]>

    init(script: String) {
        self.script = script
        let late = RedisError.Code.timedOut.rawValue
        counters = Mutex([late: Self.counter(of: late, script)])
    }

    func count(_ word: String) {
        let word = Self.words.contains(word) ? word : "other"
        counters.withLock { counters in
            let counter = counters[word] ?? Self.counter(of: word, script)
            counter.increment()
            counters[word] = counter
        }
    }

    private static func counter(of error: String, _ script: String) -> Counter {
        Counter(label: "flashsale_redis_errors_total", dimensions: [("script", script), ("error", error)])
    }
}

/// Counts answers of scripts that are not in their contract.
struct ReplyFaults: Sendable {
    private let counters = Dictionary(
        uniqueKeysWithValues: (GateScripts.all.map(\.name) + ["plain"]).map { ($0, ErrorCounters(script: $0)) }
    )

    func count(_ command: RedisCommand) { (counters[command.name] ?? counters["plain"])?.count("reply") }
}
