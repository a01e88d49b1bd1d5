import Dispatch
import Kernel
import Postgres
import Synchronization
import Traces

/// Performs what ``GroupCommit`` says on a thread of its own, and lets callers wait for their outcome by deadline.
///
/// Requests that arrive while a transaction runs, or while the writer waits for its turn, are the next one. A caller
/// whose deadline passes is answered at the latest ``sweepInterval`` later, whatever the thread is doing.
final class CommitWriter<Request: Sendable, Outcome: Sendable>: Sendable {
    typealias Member = CommitWaiter<Request, Outcome>

    private struct State: Sendable {
        var commits: GroupCommit<Member>
        var isAsleep = false
        var giveUpAt: Instant?
    }

    private let name: String
    private let state: Mutex<State>
    private let wakeUp = DispatchSemaphore(value: 0)
    private let time: any TimeSource
    private let metrics: BatchMetrics
    private let spans: BatchSpans?
    private let turns: CommitTurns
    private let makeTransaction: @Sendable () -> any BatchTransaction<Request, Outcome>

    init(
        name: String,
        policy: GroupCommitPolicy,
        time: any TimeSource,
        metrics: BatchMetrics,
        tracer: Tracer? = nil,
        turns: CommitTurns = CommitTurns(),
        transaction: @escaping @Sendable () -> any BatchTransaction<Request, Outcome>
    ) {
        self.name = name
        self.time = time
        self.metrics = metrics
        self.turns = turns
        spans = tracer.map { BatchSpans($0, writer: name) }
        state = Mutex(State(commits: GroupCommit(policy: policy)))
        makeTransaction = transaction
    }

    /// Queues the request and waits for its outcome; not cancellable, answered soon after `deadline` at the latest.
    func commit(_ request: Request, by deadline: Instant) async -> Commitment<Outcome> {
        let now = time.now
        let traced = spans?.member(at: now)
        let commitment: Commitment<Outcome> = await withUnsafeContinuation { continuation in
            let waiter = Member(request, traced: traced, continuation: continuation)
            let (isAccepted, isAsleep) = state.withLock { state in
                let isAccepted = state.commits.enqueue(waiter, deadline: deadline, now: now)
                defer { if isAccepted { state.isAsleep = false } }
                return (isAccepted, state.isAsleep)
            }
            guard isAccepted else { return waiter.fail(.overloaded, "the queue of the \(name) writer is full") }
            if isAsleep { wakeUp.signal() }
        }
        if let spans, let traced { spans.answered(traced, commitment) }
        return commitment
    }

    /// Queues a request that nobody waits for; `false` when too many wait or the oldest waits too long.
    func record(_ request: Request) -> Bool {
        let now = time.now
        let (isAccepted, isAsleep) = state.withLock { state in
            let isAccepted = state.commits.enqueueRider(Member(request), now: now)
            // The thread sleeps without end only while there is no rider; then it must learn of the first one.
            let mustWake = isAccepted && state.isAsleep && state.commits.riderCount == 1
            if mustWake { state.isAsleep = false }
            return (isAccepted, mustWake)
        }
        if isAsleep { wakeUp.signal() }
        return isAccepted
    }

    /// How many requests wait for a batch.
    var queuedCount: Int { state.withLock { $0.commits.queuedCount } }

    /// Writes until drained.
    func run() async {
        let thread = DedicatedThread(name: "writer \(name)") { self.work() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.sweep() }
            await thread.join()
            group.cancelAll()
        }
    }

    /// Accepts nothing new, writes what was accepted, and gives up on it at `deadline`.
    func drain(by deadline: Instant) {
        state.withLock { state in
            state.commits.drain()
            state.giveUpAt = deadline
            state.isAsleep = false
        }
        wakeUp.signal()
    }

    private func work() {
        let transaction = makeTransaction()
        let turn = turns.newTurn()
        while true {
            if queuedCount > 0 { turn.take() }
            let now = time.now
            let (action, expired) = state.withLock { state -> (GroupCommit<Member>.Action, [Member]) in
                if let giveUpAt = state.giveUpAt, now >= giveUpAt { return (.stop, []) }
                let next = state.commits.next(now: now)
                if case .wait = next.action { state.isAsleep = true }
                return next
            }
            for waiter in expired { waiter.fail(.timedOut, "the deadline passed in the queue") }
            switch action {
            case .wait(let until):
                turn.pass()
                sleep(until: until)
            case .backOff(let until):
                turn.pass()
                pause(until: until)
            case .attempt(let batch): perform(batch, with: transaction, in: turn)
            case .stop: return giveUpOnTheRest()
            }
        }
    }

    private func perform(
        _ batch: GroupCommit<Member>.Batch,
        with transaction: any BatchTransaction<Request, Outcome>,
        in turn: CommitTurns.Turn
    ) {
        let traced = spans?.take(batch.members) ?? []
        let start = time.now
        let result = transaction.attempt(batch.members.map { $0.request }, isRerun: batch.isRerun)
        turn.pass()
        let now = time.now
        let verdict = GroupCommit<Member>.Verdict(result)
        // Drawing costs a system call, and a batch that is committed needs none.
        let jitter = if case .committed = verdict { 0.0 } else { Double.random(in: 0..<1) }
        let givenUp = state.withLock { $0.commits.finish(verdict, now: now, jitter: jitter) }
        if case .committed(let outcomes) = result {
            for (waiter, outcome) in zip(batch.members, outcomes) { waiter.resume(.committed(outcome)) }
        }
        for (waiter, error) in givenUp { waiter.resume(.failed(error)) }
        BatchSpans.exemplify(traced) {
            metrics.attempted(verdict.label, size: batch.members.count, took: now - start)
        }
        spans?.attempted(traced, size: batch.members.count, from: start, to: now, result: verdict.label)
    }

    private func sleep(until: Instant?) {
        guard let until else { return wakeUp.wait() }
        let remaining = max(until - time.now, .zero)
        _ = wakeUp.wait(timeout: .now() + .microseconds(Int(remaining.microseconds) + 1))
        state.withLock { $0.isAsleep = false }
    }

    /// Waits without being woken by new requests; they belong to the next batch.
    private func pause(until: Instant) {
        let remaining = max(until - time.now, .zero)
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .microseconds(Int(remaining.microseconds)))
    }

    private func sweep() async {
        while (try? await Task.sleep(for: Self.sweepInterval)) != nil {
            let now = time.now
            let (notRun, shielded) = state.withLock { $0.commits.expire(now: now) }
            for waiter in notRun { waiter.fail(.timedOut, "the deadline passed in the queue") }
            for waiter in shielded { waiter.fail(.unknown, "the deadline passed while it was being written") }
        }
    }

    private func giveUpOnTheRest() {
        let (notRun, shielded) = state.withLock { $0.commits.expire(now: time.now + .seconds(3600)) }
        for waiter in notRun { waiter.fail(.unavailable, "the service stopped before it was written") }
        for waiter in shielded { waiter.fail(.unknown, "the service stopped before its fate was known") }
    }

    /// Well below the 250 ms after which the HTTP driver answers in a handler's place.
    ///
    /// Each look wakes three threads, one after the other; every 20 ms they cost the service 2 %.
    static var sweepInterval: Duration { .milliseconds(100) }
}

extension GroupCommit.Verdict {
    fileprivate init(_ attempt: Attempt<some Sendable>) {
        switch attempt {
        case .committed: self = .committed
        case .conflict: self = .conflict
        case .rejected: self = .rejected
        case .unknown: self = .unknown
        case .unavailable: self = .unavailable
        }
    }

    fileprivate var label: String {
        switch self {
        case .committed: "committed"
        case .conflict: "conflict"
        case .rejected: "rejected"
        case .unknown: "unknown"
        case .unavailable: "unavailable"
        }
    }
}
