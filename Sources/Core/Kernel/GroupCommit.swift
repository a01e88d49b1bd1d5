/// Which requests become the next transaction, and what happens when it fails: the policy of group commit as a value.
///
/// What arrives while a transaction runs waits together and becomes the next one; there is no timer. The owner calls
/// ``next(now:)``, performs the action, reports with ``finish(_:now:jitter:)``, and so on; one batch is in hand
/// at a time. Members with a deadline have somebody waiting; *riders* have nobody, they go with the next batch or
/// after ``GroupCommitPolicy/riderDelay``.
///
/// A member whose deadline passed before an attempt is dropped: surely not done. Once a commit's fate was unknown the
/// batch is shielded: it is run again until its fate is known, whoever has stopped waiting.
public struct GroupCommit<Member: Sendable>: Sendable {
    /// What to do next.
    public enum Action: Sendable {
        /// Nothing to do before something arrives, or before the given time.
        case wait(until: Instant?)
        /// Run these as one transaction.
        case attempt(Batch)
        /// Try again at the given time; nothing else may run before.
        case backOff(until: Instant)
        /// Drained: nothing is left and nothing will come.
        case stop
    }

    /// Requests that are one transaction, in order of arrival.
    public struct Batch: Sendable {
        /// The requests; never empty.
        public internal(set) var members: [Member]
        /// Whether an earlier attempt's commit may have happened, or may still happen.
        public internal(set) var isRerun = false
        var entries: [Entry]
        /// When the oldest rider among them arrived; kept, because every new rider asks for it.
        let oldestRider: Instant?
        var conflicts = 0
        var attempts = 0
        var notBefore: Instant?

        init(entries: [Entry]) {
            self.entries = entries
            oldestRider = entries.first { $0.deadline == nil }?.arrivedAt
            members = entries.map { $0.member }  // a key path would be made anew at run time
        }
    }

    /// How an attempt ended.
    public enum Verdict: Sendable {
        /// On disk.
        case committed
        /// Rolled back because of other work; again.
        case conflict
        /// Rolled back because of something in the batch itself.
        case rejected
        /// COMMIT was sent, its answer was lost.
        case unknown
        /// Surely not done: no connection, or it broke before the deciding flush.
        case unavailable
    }

    struct Entry: Sendable {
        let member: Member
        let deadline: Instant?
        let arrivedAt: Instant
    }

    let policy: GroupCommitPolicy
    var queue = FIFO<Entry>()
    var riders = FIFO<Entry>()
    /// Batches to run again, the next one last.
    var retries: [Batch] = []
    var inHand: Batch?
    private var isDraining = false
    private var outages = 0

    /// An empty queue under `policy`.
    public init(policy: GroupCommitPolicy = GroupCommitPolicy()) {
        self.policy = policy
    }

    /// Members that wait in the queue, those of the batch in hand not counted.
    public var queuedCount: Int { queue.count }

    /// Riders that wait, those of the batch in hand not counted.
    public var riderCount: Int { riders.count }

    /// Adds a request that somebody waits for; `false` when the queue is full or draining.
    public mutating func enqueue(_ member: Member, deadline: Instant, now: Instant) -> Bool {
        guard !isDraining, queue.count < policy.maxQueued else { return false }
        queue.append(Entry(member: member, deadline: deadline, arrivedAt: now))
        return true
    }

    /// Adds a request that nobody waits for; `false` when riders are full, too old, or draining.
    public mutating func enqueueRider(_ member: Member, now: Instant) -> Bool {
        guard !isDraining, riders.count < policy.maxRiders else { return false }
        if let oldest = oldestRider, now - oldest > policy.maxRiderAge { return false }
        riders.append(Entry(member: member, deadline: nil, arrivedAt: now))
        return true
    }

    /// When the oldest rider that is not yet committed arrived.
    public var oldestRider: Instant? {
        let underWay = retries.lazy.compactMap { $0.oldestRider }.min()
        guard let oldest = inHand?.oldestRider else { return underWay ?? riders.first?.arrivedAt }
        return underWay.map { min($0, oldest) } ?? oldest
    }

    /// Accepts nothing new; ``Action/stop`` follows when all that was accepted is settled.
    public mutating func drain() { isDraining = true }

    /// Chooses the next action and names the members dropped on the way because their deadline has passed.
    public mutating func next(now: Instant) -> (action: Action, expired: [Member]) {
        precondition(inHand == nil, "the batch in hand must be finished first")
        var expired: [Member] = []
        while var batch = retries.popLast() {
            if !batch.isRerun { expired += batch.dropExpired(now: now) }
            guard !batch.entries.isEmpty else { continue }
            if let notBefore = batch.notBefore, notBefore > now {
                retries.append(batch)
                return (.backOff(until: notBefore), expired)
            }
            inHand = batch
            return (.attempt(batch), expired)
        }
        let fresh = takeFresh(now: now, expired: &expired)
        guard fresh.isEmpty else {
            let batch = Batch(entries: fresh)
            inHand = batch
            return (.attempt(batch), expired)
        }
        if isDraining { return (.stop, expired) }
        return (.wait(until: riders.first.map { $0.arrivedAt + policy.riderDelay }), expired)
    }

    /// Takes the verdict on the batch in hand and names the members that are given up, with the reason.
    ///
    /// `jitter`, a random number from 0 to 1, spreads the retries of several instances.
    public mutating func finish(_ verdict: Verdict, now: Instant, jitter: Double) -> [(member: Member, why: StoreError)]
    {
        guard var batch = inHand else { preconditionFailure("no batch in hand") }
        inHand = nil
        batch.attempts += 1
        if case .unavailable = verdict { outages += 1 } else { outages = 0 }
        switch verdict {
        case .committed:
            return []
        case .conflict:
            batch.conflicts += 1
            // Nobody waits for a rider, but somebody was promised that it will be written.
            let spent = batch.attempts >= policy.maxAttempts && !batch.isRerun && batch.oldestRider == nil
            if spent, batch.entries.count == 1 { return given(up: batch, .conflict, "kept colliding with other work") }
            batch.notBefore = now + policy.conflictDelay(after: batch.conflicts) * jitter
            retry(batch, inHalves: batch.conflicts >= policy.conflictsBeforeSplit)
        case .rejected:
            if batch.entries.count == 1 {
                return given(up: batch, batch.isRerun ? .unknown : .corrupt, "the record rejects it")
            }
            retry(batch, inHalves: true)
        case .unknown:
            batch.isRerun = true
            batch.notBefore = now + policy.outageDelay(after: 1) * jitter
            retry(batch, inHalves: false)
        case .unavailable:
            batch.notBefore = now + policy.outageDelay(after: outages) * (0.5 + jitter / 2)
            retry(batch, inHalves: false)
        }
        return []
    }

    private func given(up batch: Batch, _ code: StoreError.Code, _ why: String) -> [(member: Member, why: StoreError)] {
        batch.members.map { ($0, StoreError(code, why)) }
    }

    private mutating func retry(_ batch: Batch, inHalves: Bool) {
        guard inHalves, batch.entries.count > 1 else { return retries.append(batch) }
        let middle = batch.entries.count / 2
        for entries in [batch.entries[middle...], batch.entries[..<middle]] {
            var half = Batch(entries: Array(entries))
            half.isRerun = batch.isRerun
            half.attempts = batch.attempts
            half.notBefore = batch.notBefore
            retries.append(half)
        }
    }

    private mutating func takeFresh(now: Instant, expired: inout [Member]) -> [Entry] {
        var fresh: [Entry] = []
        fresh.reserveCapacity(min(queue.count + riders.count, policy.maxBatch))
        while fresh.count < policy.maxBatch, let entry = queue.popFirst() {
            if let deadline = entry.deadline, deadline <= now {
                expired.append(entry.member)
            } else {
                fresh.append(entry)
            }
        }
        guard !fresh.isEmpty || ridersAreDue(now: now) else { return [] }
        while fresh.count < policy.maxBatch, let rider = riders.popFirst() { fresh.append(rider) }
        return fresh
    }

    private func ridersAreDue(now: Instant) -> Bool {
        guard let oldest = riders.first else { return false }
        return isDraining || riders.count >= policy.maxBatch || oldest.arrivedAt + policy.riderDelay <= now
    }
}
