import Dispatch
import Synchronization
import Testing

/// Something that happens once, between the flushes of a transaction, on the transaction's own thread.
final class OnceOnly<Value: Sendable>: Sendable {
    private let body: @Sendable () -> Value
    private let outcome = Mutex<Value?>(nil)

    init(_ body: @escaping @Sendable () -> Value) { self.body = body }

    /// What came of it, if it has happened.
    var result: Value? { outcome.withLock { $0 } }

    func run() {
        if result != nil { return }
        let value = body()
        outcome.withLock { $0 = value }
    }
}

/// Waits on a thread for something asynchronous; for code between flushes, which may block.
func await_(_ body: @escaping @Sendable () async throws -> Void) {
    let done = DispatchSemaphore(value: 0)
    // Unstructured, because a thread waits for it.
    Task {
        do { try await body() } catch { Issue.record(error) }
        done.signal()
    }
    if done.wait(timeout: .now() + 20) == .timedOut { Issue.record("it did not come to an end") }
}

/// Carries a value that one thread uses at a time into a closure.
struct Unshared<Value>: @unchecked Sendable {  // the test calls it from one thread, and only while it waits
    let value: Value

    init(_ value: Value) { self.value = value }
}
