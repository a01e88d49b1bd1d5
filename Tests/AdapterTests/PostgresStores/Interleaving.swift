import Dispatch
import Kernel
import Postgres
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

/// Runs something asynchronous to its end on the calling thread, which it must never have to wait for anything else.
func runHere<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let executor = InlineExecutor()
    let box = OutcomeBox<Value>()
    // Unstructured, because the thread that runs it waits for it.
    Task(executorPreference: executor) {
        let value = await body()
        box.value.withLock { $0 = value }
    }
    executor.run()
    guard let value = box.value.withLock({ $0 }) else { preconditionFailure("it waited for something else") }
    return value
}

private final class OutcomeBox<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

private final class InlineExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    func run() {
        while let job = jobs.withLock({ $0.popLast() }) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}

/// A transaction on threads of its own, as writers have them: tests that wait must not block the cooperative pool.
struct Instance<Request: Sendable, Outcome: Sendable>: Sendable {
    private let transaction: Unshared<any BatchTransaction<Request, Outcome>>

    init(_ transaction: any BatchTransaction<Request, Outcome>) { self.transaction = Unshared(transaction) }

    func attempt(_ batch: [Request], isRerun: Bool) async -> Attempt<Outcome> {
        let result = OnceOnly { transaction.value.attempt(batch, isRerun: isRerun) }
        await DedicatedThread(name: "instance") { result.run() }.join()
        return result.result ?? .unavailable
    }

    /// Attempts until it is no conflict, as a writer would.
    func settle(_ batch: [Request]) async -> [Outcome] {
        for _ in 0..<20 {
            if case .committed(let outcomes) = await attempt(batch, isRerun: false) { return outcomes }
        }
        return []
    }

    /// The same on the caller's thread, for what happens between another's flushes.
    func settleHere(_ batch: [Request]) -> [Outcome] {
        for _ in 0..<20 {
            if case .committed(let outcomes) = transaction.value.attempt(batch, isRerun: false) { return outcomes }
        }
        return []
    }
}
