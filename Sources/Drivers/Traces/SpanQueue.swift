import Synchronization

/// Spans on their way out: so many at most, the rest is counted as lost.
public final class SpanQueue: Sendable {
    /// Why spans were lost.
    public enum Loss: String, Sendable, CaseIterable {
        /// They came faster than they were taken.
        case queueFull = "queue_full"
        /// The collector said that it does not want them.
        case refused
        /// The collector did not answer, or only that it cannot now, as often as was tried.
        case unreachable
        /// The service ended before they were taken.
        case shutdown
    }

    /// Most spans that wait.
    public let capacity: Int
    private let waiting: Mutex<[Span]>
    private let losses: Mutex<[Loss: Int]>
    private let exported = Atomic<Int>(0)

    /// An empty queue.
    public init(capacity: Int = 8192) {
        self.capacity = capacity
        var room: [Span] = []
        room.reserveCapacity(capacity)
        waiting = Mutex(room)
        losses = Mutex([:])
    }

    /// Spans that wait.
    public var count: Int { waiting.withLock { $0.count } }

    /// Spans that a collector has taken.
    public var exportedCount: Int { exported.load(ordering: .relaxed) }

    /// Spans lost for one reason.
    public func lostCount(_ loss: Loss) -> Int { losses.withLock { $0[loss] ?? 0 } }

    func append(_ span: Span) {
        let isTaken = waiting.withLock { waiting in
            guard waiting.count < capacity else { return false }
            waiting.append(span)
            return true
        }
        if !isTaken { lose(1, .queueFull) }
    }

    /// The oldest spans, at most so many.
    func take(_ most: Int) -> [Span] {
        waiting.withLock { waiting in
            let taken = Array(waiting.prefix(most))
            waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Gives back what was taken and not exported, whatever came since.
    func putBack(_ spans: [Span]) { waiting.withLock { $0.insert(contentsOf: spans, at: 0) } }

    func lose(_ count: Int, _ loss: Loss) {
        if count > 0 { losses.withLock { $0[loss, default: 0] += count } }
    }

    func export(_ count: Int) { exported.wrappingAdd(count, ordering: .relaxed) }
}
