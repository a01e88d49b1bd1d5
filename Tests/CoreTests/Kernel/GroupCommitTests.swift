import Kernel
import Testing

@Suite struct GroupCommitTests {
    private static let start = Instant.now
    private static let far = start + .seconds(60)

    private static func queue(_ members: Range<Int>, policy: GroupCommitPolicy = .init()) -> GroupCommit<Int> {
        var queue = GroupCommit<Int>(policy: policy)
        for member in members { _ = queue.enqueue(member, deadline: far, now: start) }
        return queue
    }

    private static func attempt(_ queue: inout GroupCommit<Int>, at now: Instant = start) -> GroupCommit<Int>.Batch? {
        if case .attempt(let batch) = queue.next(now: now).action { batch } else { nil }
    }

    @Test func waitsWhenThereIsNothing() {
        var queue = GroupCommit<Int>()

        guard case .wait(until: nil) = queue.next(now: Self.start).action else { return #expect(Bool(false)) }
    }

    @Test func takesEverythingThatWaitsInOrderUpToTheBatchSize() {
        var policy = GroupCommitPolicy()
        policy.maxBatch = 3
        var queue = Self.queue(1..<6, policy: policy)

        let first = Self.attempt(&queue)
        _ = queue.finish(.committed, now: Self.start, jitter: 0)
        let second = Self.attempt(&queue)

        #expect(first?.members == [1, 2, 3])
        #expect(second?.members == [4, 5])
    }

    @Test func refusesWhatDoesNotFitAndEverythingWhileDraining() {
        var policy = GroupCommitPolicy()
        policy.maxQueued = 2
        var queue = Self.queue(1..<3, policy: policy)
        let answer1 = queue.enqueue(3, deadline: Self.far, now: Self.start)
        #expect(!answer1)

        queue.drain()
        _ = Self.attempt(&queue)
        _ = queue.finish(.committed, now: Self.start, jitter: 0)

        let answer2 = queue.enqueue(4, deadline: Self.far, now: Self.start)
        #expect(!answer2)
        guard case .stop = queue.next(now: Self.start).action else { return #expect(Bool(false)) }
    }

    @Test func dropsWhoseDeadlinePassedBeforeTheAttempt() {
        var queue = GroupCommit<Int>()
        _ = queue.enqueue(1, deadline: Self.start + .seconds(1), now: Self.start)
        _ = queue.enqueue(2, deadline: Self.far, now: Self.start)

        let (action, expired) = queue.next(now: Self.start + .seconds(2))

        #expect(expired == [1])
        guard case .attempt(let batch) = action else { return #expect(Bool(false)) }
        #expect(batch.members == [2])
    }

    @Test func splitsABatchThatConflictsThreeTimes() {
        var queue = Self.queue(1..<5)
        var now = Self.start
        for _ in 0..<3 {
            let answer3 = Self.attempt(&queue, at: now)
            #expect(answer3?.members == [1, 2, 3, 4])
            _ = queue.finish(.conflict, now: now, jitter: 1)
            now += .seconds(1)
        }

        let answer4 = Self.attempt(&queue, at: now)
        #expect(answer4?.members == [1, 2])
        _ = queue.finish(.committed, now: now, jitter: 0)
        let answer5 = Self.attempt(&queue, at: now)
        #expect(answer5?.members == [3, 4])
    }

    @Test func findsTheOneThatTheRecordRejects() {
        var queue = Self.queue(1..<9)
        var committed: [Int] = []
        var rejected: [Int] = []
        while let batch = Self.attempt(&queue) {
            let isBad = batch.members.contains(6)
            let givenUp = queue.finish(isBad ? .rejected : .committed, now: Self.start, jitter: 0)
            if !isBad { committed += batch.members }
            rejected += givenUp.map(\.member)
            #expect(givenUp.allSatisfy { $0.why.code == .corrupt })
        }

        #expect(rejected == [6])
        #expect(committed == [1, 2, 3, 4, 5, 7, 8])
    }

    @Test func runsABatchOfUnknownFateAgainWhoeverHasStoppedWaiting() {
        var queue = GroupCommit<Int>()
        _ = queue.enqueue(1, deadline: Self.start + .seconds(1), now: Self.start)
        _ = Self.attempt(&queue)
        _ = queue.finish(.unknown, now: Self.start, jitter: 0)
        let late = Self.start + .seconds(10)

        let (notRun, shielded) = queue.expire(now: late)
        let batch = Self.attempt(&queue, at: late)

        #expect(notRun.isEmpty && shielded == [1])
        #expect(batch?.members == [1] && batch?.isRerun == true)
    }

    @Test func dropsAfterAnOutageWhoseDeadlineHasPassed() {
        var queue = GroupCommit<Int>()
        _ = queue.enqueue(1, deadline: Self.start + .seconds(1), now: Self.start)
        _ = Self.attempt(&queue)
        _ = queue.finish(.unavailable, now: Self.start, jitter: 0)

        guard case .backOff(let until) = queue.next(now: Self.start).action else { return #expect(Bool(false)) }
        #expect(until > Self.start)
        let answer6 = queue.expire(now: Self.start + .seconds(2))
        #expect(answer6.notRun == [1])
        let answer7 = Self.attempt(&queue, at: Self.start + .seconds(2))
        #expect(answer7 == nil)
    }

    @Test func givesUpASingleRequestThatKeepsColliding() {
        var queue = Self.queue(1..<2)
        var now = Self.start
        var givenUp: [(member: Int, why: StoreError)] = []
        while givenUp.isEmpty, Self.attempt(&queue, at: now) != nil {
            givenUp = queue.finish(.conflict, now: now, jitter: 1)
            now += .seconds(1)
        }

        #expect(givenUp.map(\.member) == [1])
        #expect(givenUp.first?.why.code == .conflict)
    }

    /// A refused attempt that was promised to be written was lost after 24 collisions.
    @Test func doesNotGiveUpARiderThatKeepsColliding() {
        var queue = GroupCommit<Int>(policy: GroupCommitPolicy())
        _ = queue.enqueueRider(1, now: Self.start)
        queue.drain()

        var now = Self.start
        for _ in 0..<100 {
            _ = Self.attempt(&queue, at: now)
            let givenUp = queue.finish(.conflict, now: now, jitter: 1)
            #expect(givenUp.isEmpty)
            now += .seconds(1)
        }

        #expect(Self.attempt(&queue, at: now)?.members == [1])
    }

    @Test func letsRidersGoWithTheNextBatchOrAfterTheirDelay() {
        var queue = GroupCommit<Int>()
        let answer8 = queue.enqueueRider(1, now: Self.start)
        #expect(answer8)
        guard case .wait(let until?) = queue.next(now: Self.start).action else { return #expect(Bool(false)) }
        #expect(until == Self.start + GroupCommitPolicy().riderDelay)

        _ = queue.enqueue(2, deadline: Self.far, now: Self.start)
        let answer9 = Self.attempt(&queue)
        #expect(answer9?.members == [2, 1])
        _ = queue.finish(.committed, now: Self.start, jitter: 0)

        let answer10 = queue.enqueueRider(3, now: Self.start)
        #expect(answer10)
        let answer11 = Self.attempt(&queue, at: until)
        #expect(answer11?.members == [3])
    }

    @Test func refusesRidersWhileTheOldestWaitsTooLong() {
        var queue = GroupCommit<Int>()
        _ = queue.enqueueRider(1, now: Self.start)
        _ = Self.attempt(&queue, at: Self.start + .milliseconds(200))

        let answer12 = queue.enqueueRider(2, now: Self.start + .milliseconds(900))
        #expect(answer12)
        let answer13 = queue.enqueueRider(3, now: Self.start + .milliseconds(1100))
        #expect(!answer13)
        _ = queue.finish(.committed, now: Self.start, jitter: 0)
        #expect(queue.oldestRider == Self.start + .milliseconds(900))
    }
}
