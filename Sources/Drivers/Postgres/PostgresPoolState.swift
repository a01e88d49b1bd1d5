/// One caller's work.
struct PostgresPoolJob: Sendable {
    let id: UInt64
    let deadline: ContinuousClock.Instant
    let site: CallSite
    /// Runs the caller's body and gives what resumes the caller, to be called once the worker is free again.
    let perform: @Sendable (PostgresConnection) -> @Sendable () -> Void
    /// Resumes the caller with an error, instead of `perform`.
    let refuse: @Sendable (PostgresError) -> Void
}

/// Who runs, who waits and who pauses; a value, so that it can be read and tested without threads.
struct PostgresPoolState {
    enum Submission {
        /// To the idle worker of this index.
        case hand(Int)
        /// Queued; tells whether its deadline is earlier than all that are watched.
        case wait(isEarliest: Bool)
        case overloaded
        case closed
        /// No connection can be made at present, for this reason.
        case unreachable(PostgresError)
    }

    enum Next {
        case job(PostgresPoolJob)
        case idle
        case pause
        case stop
    }

    private enum Phase {
        case created
        case running
        case closed
    }

    private let size: Int
    private let waitingLimit: Int
    private var phase = Phase.created
    /// A stack: the connection used last is the warmest.
    private var idle: [Int] = []
    private var waiting: [PostgresPoolJob] = []
    private var pausing = 0
    private var isPausing: [Bool]
    private var watched: ContinuousClock.Instant?
    private var lastFailure: PostgresError?
    /// The id of the job of each worker, 0 for none.
    private(set) var running: [UInt64]

    init(size: Int, waitingLimit: Int) {
        self.size = size
        self.waitingLimit = waitingLimit
        running = Array(repeating: 0, count: size)
        isPausing = Array(repeating: false, count: size)
    }

    var statistics: PostgresPoolStatistics {
        let busy = running.count { $0 != 0 }
        return PostgresPoolStatistics(
            size: size,
            idle: size - busy - pausing,
            busy: busy,
            pausing: pausing,
            waiting: waiting.count
        )
    }

    /// Whether the threads may be started, which is once.
    mutating func start() -> Bool {
        guard phase == .created else { return false }
        phase = .running
        return true
    }

    /// Closes the door; gives those who waited.
    mutating func shutDown() -> [PostgresPoolJob] {
        phase = .closed
        defer { waiting.removeAll() }
        return waiting
    }

    mutating func submit(_ job: PostgresPoolJob) -> Submission {
        guard phase != .closed else { return .closed }
        if let worker = idle.popLast() {
            running[worker] = job.id
            return .hand(worker)
        }
        if pausing == size, let lastFailure { return .unreachable(lastFailure) }
        guard waiting.count < waitingLimit else { return .overloaded }
        waiting.append(job)
        if let watched, watched <= job.deadline { return .wait(isEarliest: false) }
        watched = job.deadline
        return .wait(isEarliest: true)
    }

    mutating func removeWaiting(_ id: UInt64) -> PostgresPoolJob? {
        waiting.firstIndex { $0.id == id }.map { waiting.remove(at: $0) }
    }

    /// Those whose deadline is past, and the earliest deadline of the others.
    mutating func expire(now: ContinuousClock.Instant) -> ([PostgresPoolJob], ContinuousClock.Instant?) {
        let expired = waiting.filter { $0.deadline <= now }
        waiting.removeAll { $0.deadline <= now }
        watched = waiting.map(\.deadline).min()
        return (expired, watched)
    }

    /// What a worker that is done does next, and whom to refuse because of it.
    mutating func next(
        for worker: Int,
        pausingAfter failure: PostgresError?,
        now: ContinuousClock.Instant
    ) -> (Next, [(PostgresPoolJob, PostgresError)]) {
        running[worker] = 0
        setPausing(worker, failure != nil)
        guard phase != .closed else { return (.stop, []) }
        if let failure {
            lastFailure = failure
            guard pausing == size else { return (.pause, []) }
            defer { waiting.removeAll() }
            return (.pause, waiting.map { ($0, failure) })
        }
        var refused: [(PostgresPoolJob, PostgresError)] = []
        while !waiting.isEmpty {
            let job = waiting.removeFirst()
            if job.deadline > now {
                running[worker] = job.id
                return (.job(job), refused)
            }
            refused.append(
                (job, PostgresError(.timedOut, "no connection was free by the deadline", site: job.site))
            )
        }
        idle.append(worker)
        return (.idle, refused)
    }

    private mutating func setPausing(_ worker: Int, _ value: Bool) {
        guard isPausing[worker] != value else { return }
        isPausing[worker] = value
        pausing += value ? 1 : -1
    }
}
