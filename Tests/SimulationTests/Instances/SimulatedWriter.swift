import Kernel
import Sales
import Synchronization

/// Performs what the real ``GroupCommit`` says on virtual time, one attempt after the other.
final class SimulatedWriter<Request: Sendable, Outcome: Sendable>: Sendable {
    /// A request with whoever waits for its outcome; answered once.
    final class Member: Sendable {
        let request: Request
        private let answer: Mailbox<Commitment<Outcome>>
        private let isAnswered = Mutex(false)

        init(_ request: Request, _ scheduler: Scheduler) {
            self.request = request
            answer = Mailbox(scheduler)
        }

        func resume(_ commitment: Commitment<Outcome>) {
            let isFirst = isAnswered.withLock { isAnswered in
                defer { isAnswered = true }
                return !isAnswered
            }
            if isFirst { answer.put(commitment) }
        }

        func fail(_ code: StoreError.Code, _ message: String) { resume(.failed(StoreError(code, message))) }

        func commitment() async -> Commitment<Outcome> {
            await answer.take() ?? .failed(StoreError(.corrupt, "a mailbox without limit gave up"))
        }
    }

    private let commits: Mutex<GroupCommit<Member>>
    private let wakeUp: Mailbox<Void>
    /// How large the batch was that failed last.
    private let failedSize = Mutex(0)
    private let world: World
    private let host: Host
    private let dice: Dice
    private let attempt: @Sendable ([Request], _ isRerun: Bool) async -> Attempt<Outcome>
    /// Told of each request that the record rejects, also when it is run alone.
    private let rejected: @Sendable (Request) -> Void

    init(
        _ world: World,
        _ host: Host,
        _ dice: Dice,
        rejected: @escaping @Sendable (Request) -> Void = { _ in },
        attempt: @escaping @Sendable ([Request], _ isRerun: Bool) async -> Attempt<Outcome>
    ) {
        commits = Mutex(GroupCommit(policy: world.scenario.policy))
        wakeUp = Mailbox(world.scheduler)
        self.world = world
        self.host = host
        self.dice = dice
        self.rejected = rejected
        self.attempt = attempt
    }

    func commit(_ request: Request, by deadline: Instant) async -> Commitment<Outcome> {
        let member = Member(request, world.scheduler)
        let now = world.clock.now
        guard host.isAlive, commits.withLock({ $0.enqueue(member, deadline: deadline, now: now) }) else {
            world.log.count(.queueFull)
            return .failed(StoreError(.overloaded, "the queue is full"))
        }
        // The real writer sweeps every 100 ms; only the sweep that finds this deadline passed matters.
        let sweep = world.clock.time(of: deadline) + dice.time(.zero, .milliseconds(20))
        world.scheduler.at(sweep) { self.expire() }
        wakeUp.put(())
        return await member.commitment()
    }

    func record(_ request: Request) -> Bool {
        let now = world.clock.now
        let member = Member(request, world.scheduler)
        let isAccepted = host.isAlive && commits.withLock { $0.enqueueRider(member, now: now) }
        if isAccepted { wakeUp.put(()) } else { world.log.count(.ridersRefused) }
        return isAccepted
    }

    /// Runs until it has drained or its host is dead.
    func run() async {
        while await host.pass() {
            let now = world.clock.now
            let (action, expired) = commits.withLock { $0.next(now: now) }
            for member in expired { timeOut(member) }
            switch action {
            case .wait(let until): _ = await wakeUp.take(until: until.map { world.clock.time(of: $0) })
            case .backOff(let until): await world.scheduler.sleep(world.clock.time(of: until) - world.scheduler.now)
            case .attempt(let batch): await perform(batch)
            case .stop: return
            }
        }
    }

    func drain() {
        commits.withLock { $0.drain() }
        wakeUp.put(())
    }

    /// The host is dead: nobody is answered, but nobody may wait for ever either.
    func abandon() {
        let far = world.clock.after(.seconds(3600))
        let (notRun, shielded) = commits.withLock { $0.expire(now: far) }
        for member in notRun + shielded { member.fail(.unavailable, "the host is dead") }
        wakeUp.put(())
    }

    private func perform(_ batch: GroupCommit<Member>.Batch) async {
        let result = await attempt(batch.members.map(\.request), batch.isRerun)
        let verdict: GroupCommit<Member>.Verdict
        switch result {
        case .committed: verdict = .committed
        case .conflict: verdict = .conflict
        case .rejected: verdict = .rejected
        case .unknown: verdict = .unknown
        case .unavailable: verdict = .unavailable
        }
        note(batch, verdict)
        let (now, jitter) = (world.clock.now, Double(dice.number(0...999)) / 1000)
        let givenUp = commits.withLock { $0.finish(verdict, now: now, jitter: jitter) }
        if case .committed(let outcomes) = result {
            for (member, outcome) in zip(batch.members, outcomes) { member.resume(.committed(outcome)) }
        }
        for (member, error) in givenUp {
            world.log.count(.givenUp)
            world.log.note(31, text: "given up: \(error)")
            if case .rejected = verdict { rejected(member.request) }
            member.resume(.failed(error))
        }
        if !host.isAlive { abandon() }
    }

    private func note(_ batch: GroupCommit<Member>.Batch, _ verdict: GroupCommit<Member>.Verdict) {
        let size = batch.members.count
        if size > 1 { world.log.count(.batchOfMany) }
        let failed =
            switch verdict {
            case .conflict, .rejected: size
            case .committed, .unknown, .unavailable: 0
            }
        let previous = failedSize.withLock { size in
            defer { size = failed }
            return size
        }
        if size < previous { world.log.count(.batchSplit) }
        if case .unknown = verdict { world.log.count(.unknownCommit) }
        world.log.note(
            30,
            UInt64(size),
            text: "batch of \(size)\(batch.isRerun ? " again" : ""): \(verdict)"
        )
    }

    private func expire() {
        let now = world.clock.now
        let (notRun, shielded) = commits.withLock { $0.expire(now: now) }
        for member in notRun { timeOut(member) }
        for member in shielded {
            world.log.count(.expiredWhileShielded)
            member.fail(.unknown, "the deadline passed while it was being written")
        }
    }

    private func timeOut(_ member: Member) {
        world.log.count(.expiredInQueue)
        member.fail(.timedOut, "the deadline passed in the queue")
    }
}
