import Synchronization
import TestSupport

/// Runs tasks one at a time on the calling thread, in an order drawn from a seed, on virtual time.
///
/// Time stands still while anything can run, then jumps to the next timer. Whatever a task awaits comes back through
/// here, so a seed fixes the whole run: nothing depends on threads, on the machine's clock or on a hash.
final class Scheduler: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var timers = Timers()
        var random: SplitMix64
        var now = VirtualTime.zero
        var living = 0
        var steps = 0
    }

    /// More than any run needs: who needs more goes round in circles.
    static let maxSteps = 500_000

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SplitMix64(seed: seed))) }

    /// The present virtual time.
    var now: VirtualTime { state.withLock { $0.now } }

    /// How many jobs have run.
    var steps: Int { state.withLock { $0.steps } }

    /// Tasks that have not ended.
    var living: Int { state.withLock { $0.living } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Starts a task.
    func spawn(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { $0.living += 1 }
        // Unstructured, because the run itself is what waits for it: `run` goes on until no task lives.
        Task(executorPreference: self) {
            await body()
            self.state.withLock { $0.living -= 1 }
        }
    }

    /// Calls `body` at `time`, or at once when that has passed.
    func at(_ time: VirtualTime, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.timers.insert(body, at: max(time, $0.now)) }
    }

    /// Lets virtual time pass; not cancellable.
    func sleep(_ duration: VirtualTime) async {
        await withUnsafeContinuation { continuation in
            at(now + duration) { continuation.resume() }
        }
    }

    /// Runs until no task lives.
    ///
    /// - Returns: `false` when tasks still live at `limit` or after ``maxSteps`` jobs, or can never go on.
    func run(until limit: VirtualTime) -> Bool {
        let executor = asUnownedTaskExecutor()
        while true {
            if let job = takeReady() {
                job.runSynchronously(on: executor)
                if steps > Self.maxSteps { return false }
            } else if living == 0 {
                return true
            } else {
                let timer = state.withLock { state -> (@Sendable () -> Void)? in
                    guard let (time, body) = state.timers.popFirst(), time <= limit else { return nil }
                    state.now = time
                    return body
                }
                guard let timer else { return false }
                timer()
            }
        }
    }

    /// Forgets all timers: their closures hold everything that the run was made of, and that holds this.
    func end() { state.withLock { $0.timers = Timers() } }

    private func takeReady() -> UnownedJob? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            state.steps += 1
            state.ready.swapAt(state.random.below(state.ready.count), state.ready.count - 1)
            return state.ready.removeLast()
        }
    }
}
