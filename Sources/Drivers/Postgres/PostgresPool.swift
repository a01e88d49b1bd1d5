import Synchronization

/// A fixed number of connections, each on its own thread, lent to one caller at a time.
///
/// Connections are made when first needed and made anew when they broke; a connection found dead while idle is
/// replaced before the caller notices. While no server lets any of them in, callers are refused at once with the last
/// connection error, until the pause of one connection is over.
public final class PostgresPool: Sendable {
    /// Size and limits.
    public let configuration: PostgresPoolConfiguration
    let workers: [PostgresPoolWorker]
    // Used as a lock only; not a `Mutex`, whose futex the thread sanitizer cannot see.
    private let state: Monitor<PostgresPoolState>
    private let timekeeper = Monitor(Timekeeping())
    private let lastID = Atomic<UInt64>(0)

    /// A pool that runs nothing until ``run()``.
    public init(_ configuration: PostgresPoolConfiguration) {
        self.configuration = configuration
        workers = (0..<configuration.size).map { PostgresPoolWorker(index: $0, configuration) }
        state = Monitor(PostgresPoolState(size: configuration.size, waitingLimit: configuration.waitingLimit))
    }

    /// Runs the pool's threads until the task is cancelled or ``shutDown()`` is called.
    ///
    /// Then waiting callers are refused, running ones finish within their deadlines, and the threads end before this
    /// returns. May be called once. Callers that come earlier wait, without their deadlines being watched.
    public func run() async {
        guard state.withLock({ $0.start() }) else { return }
        let threads =
            workers.map { worker in
                DedicatedThread(name: "postgres-\(worker.index)") { worker.run(in: self) }
            } + [DedicatedThread(name: "postgres-time") { self.keepTime() }]
        await withTaskCancellationHandler {
            for thread in threads { await thread.join() }
        } onCancel: {
            shutDown()
        }
    }

    /// Refuses new and waiting callers and lets the running ones finish, after which ``run()`` returns.
    public func shutDown() {
        let refused = state.withLock { $0.shutDown() }
        for worker in workers { worker.mailbox.signal { $0.isStopped = true } }
        timekeeper.signal { $0.isStopped = true }
        refuse(refused, .connectionClosed, "the pool is shut down")
    }

    /// What the pool is doing now.
    public var statistics: PostgresPoolStatistics { state.withLock { $0.statistics } }

    /// Runs `body` with a connection on that connection's thread.
    ///
    /// The body must leave the session as it found it; a transaction it leaves open is rolled back. When the task is
    /// cancelled or the deadline passes while a statement runs, the statement is cancelled on the server and the
    /// connection closed, so the outcome of a COMMIT that was under way is unknown. Returns only after the body has.
    /// - Throws: ``PostgresError`` with `overloaded` when too many wait, `timedOut` when none was free by the deadline,
    ///   `cancelled`, or that of the failed connection attempt; else the body's error.
    public func withConnection<Value: Sendable>(
        deadline: ContinuousClock.Instant,
        file: String = #fileID,
        line: Int = #line,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let job = PostgresPoolJob(
                    id: id,
                    deadline: deadline,
                    site: CallSite(file: file, line: line),
                    perform: { connection in
                        let result = Result { try body(connection) }
                        return { continuation.resume(with: result) }
                    },
                    refuse: { continuation.resume(throwing: $0) }
                )
                submit(job)
                // A cancellation that came before the job was there found nothing to cancel.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func submit(_ job: PostgresPoolJob) {
        switch state.withLock({ $0.submit(job) }) {
        case .hand(let worker): workers[worker].mailbox.signal { $0.job = job }
        case .wait(let isEarliest): if isEarliest { timekeeper.signal { $0.hasEarlier = true } }
        case .overloaded: refuse([job], .overloaded, "too many callers wait for a connection")
        case .closed: refuse([job], .connectionClosed, "the pool is shut down")
        case .unreachable(let error): job.refuse(error)
        }
    }

    private func cancel(_ id: UInt64) {
        let job = state.withLock { state -> PostgresPoolJob? in
            // Under the lock, so that the interrupt cannot hit the worker's next job.
            if let worker = state.running.firstIndex(of: id) { workers[worker].interrupt.raise() }
            return state.removeWaiting(id)
        }
        if let job { refuse([job], .cancelled, "cancelled while waiting for a connection") }
    }

    /// What `worker` does after a job or a pause; `failure` is that of a connection attempt that asks for a pause.
    func next(for worker: PostgresPoolWorker, pausingAfter failure: PostgresError? = nil) -> PostgresPoolState.Next {
        let (next, refused) = state.withLock { state in
            worker.interrupt.clear()
            return state.next(for: worker.index, pausingAfter: failure, now: .now)
        }
        for (job, error) in refused { job.refuse(error) }
        return next
    }

    /// Refuses waiting callers at their deadlines.
    private func keepTime() {
        var wake: ContinuousClock.Instant?
        while true {
            let isStopped = timekeeper.wait(until: wake) { $0.take() }
            if isStopped == true { return }
            let (expired, earliest) = state.withLock { $0.expire(now: .now) }
            wake = earliest
            refuse(expired, .timedOut, "no connection was free by the deadline")
        }
    }

    private func refuse(_ jobs: [PostgresPoolJob], _ code: PostgresError.Code, _ message: String) {
        for job in jobs { job.refuse(PostgresError(code, message, site: job.site)) }
    }
}

/// What wakes the thread that watches the deadlines of waiting callers.
private struct Timekeeping {
    var hasEarlier = false
    var isStopped = false

    /// Whether to stop, once there is something to do.
    mutating func take() -> Bool? {
        if isStopped { return true }
        guard hasEarlier else { return nil }
        hasEarlier = false
        return false
    }
}
