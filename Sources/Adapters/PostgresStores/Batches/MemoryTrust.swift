import Metrics

/// Whether a writer's batches are decided by memory: not for a while after it was wrong, because that costs a transaction.
///
/// Where users are served by several instances in turn, memory is wrong often; the pauses then grow until nearly every
/// batch is read first.
struct MemoryTrust {
    /// The shortest and the longest pause, in batches.
    static let pauses = 4...1024

    /// How many batches were committed as memory had it.
    private(set) var confirmedCount = 0
    /// How many batches found the record otherwise.
    private(set) var disprovedCount = 0
    private var pause = Self.pauses.lowerBound
    private var remaining = 0
    private let confirmations: Counter
    private let disproofs: Counter

    init(writer: String) {
        let counter = { (result: String) in
            Counter(label: "flashsale_batches_by_memory_total", dimensions: [("writer", writer), ("result", result)])
        }
        confirmations = counter("confirmed")
        disproofs = counter("disproved")
    }

    /// Whether the next batch may be tried; counts it.
    mutating func allowsNext() -> Bool {
        guard remaining > 0 else { return true }
        remaining -= 1
        return false
    }

    /// A batch that was decided by memory is committed.
    mutating func confirmed() {
        confirmedCount += 1
        confirmations.increment()
        pause = max(pause / 2, Self.pauses.lowerBound)
    }

    /// The record was otherwise.
    mutating func disproved() {
        disprovedCount += 1
        disproofs.increment()
        remaining = pause
        pause = min(pause * 2, Self.pauses.upperBound)
    }
}
