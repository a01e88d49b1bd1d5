import Synchronization

/// Holds one value until somebody takes it; who waits for it waits for a while at most.
final class Mailbox<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiting: UnsafeContinuation<Value?, Never>?
        var waits = 0
    }

    private let state = Mutex(State())
    private let scheduler: Scheduler

    init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    /// Puts a value in; an earlier one that nobody has taken is replaced.
    func put(_ value: Value) {
        let waiting = state.withLock { state in
            if state.waiting == nil { state.value = value }
            return state.waiting.take()
        }
        waiting?.resume(returning: value)
    }

    /// Waits for a value; `nil` when there is none by `limit`.
    func take(until limit: VirtualTime? = nil) async -> Value? {
        await withUnsafeContinuation { continuation in
            let (value, wait) = state.withLock { state -> (Value?, Int) in
                let value = state.value.take()
                if value == nil { state.waiting = continuation }
                state.waits += 1
                return (value, state.waits)
            }
            if let value { return continuation.resume(returning: value) }
            guard let limit else { return }
            scheduler.at(limit) { self.giveUp(wait) }
        }
    }

    private func giveUp(_ wait: Int) {
        let waiting = state.withLock { $0.waits == wait ? $0.waiting.take() : nil }
        waiting?.resume(returning: nil)
    }
}
