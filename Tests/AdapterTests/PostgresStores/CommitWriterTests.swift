import Kernel
import Logging
import Sales
import Synchronization
import Testing

@testable import PostgresStores

#if canImport(Glibc)
    import Glibc
#endif

/// The writer's thread, deadlines and drain, with a transaction that the test holds.
@Suite struct CommitWriterTests {
    @Test func answersUnknownAtTheDeadlineOfWhatIsBeingWrittenAndNotRunToWhatStillWaits() async throws {
        let door = Door()
        let writer = Self.writer(door)
        async let running: Void = writer.run()
        async let first = writer.commit(1, by: .now + .milliseconds(80))
        await door.untilEntered(1)
        async let second = writer.commit(2, by: .now + .milliseconds(80))

        let answers = await (first, second)
        door.open()
        writer.drain(by: .now + .seconds(5))
        await running

        #expect(Self.code(answers.0) == .unknown)
        #expect(Self.code(answers.1) == .timedOut)
        #expect(door.batches == [[1]])
    }

    @Test func makesOneTransactionOfWhatWaited() async throws {
        let door = Door()
        let writer = Self.writer(door)
        async let running: Void = writer.run()
        let far = Instant.now + .seconds(20)
        async let first = writer.commit(1, by: far)
        await door.untilEntered(1)
        let others = await withTaskGroup(of: Commitment<Int>.self) { group in
            for request in 2...9 { group.addTask { await writer.commit(request, by: far) } }
            while writer.queuedCount < 8 { await Task.yield() }
            door.open()
            return await group.reduce(into: [Int]()) { if case .committed(let outcome) = $1 { $0.append(outcome) } }
        }
        _ = await first
        writer.drain(by: .now + .seconds(5))
        await running

        #expect(others.sorted() == (2...9).map { $0 * 10 })
        #expect(door.batches.count == 2)
    }

    @Test func writesWhatItHasAcceptedBeforeItStopsAndAcceptsNothingMore() async throws {
        let door = Door()
        let writer = Self.writer(door)
        async let running: Void = writer.run()
        let isRecorded = writer.record(7)
        writer.drain(by: .now + .seconds(5))
        door.open()
        await running

        #expect(isRecorded)
        #expect(door.batches == [[7]])
        #expect(Self.code(await writer.commit(8, by: .now + .seconds(1))) == .overloaded)
        #expect(!writer.record(9))
    }

    private static func writer(_ door: Door) -> CommitWriter<Int, Int> {
        CommitWriter(
            name: "test",
            policy: GroupCommitPolicy(),
            time: SystemTimeSource(),
            metrics: BatchMetrics(writer: "test")
        ) { HeldTransaction(door: door) }
    }

    private static func code(_ commitment: Commitment<Int>) -> StoreError.Code? {
        if case .failed(let error) = commitment { error.code } else { nil }
    }
}

/// Keeps transactions waiting until it is opened, and writes down what they hold.
private final class Door: Sendable {
    private struct State {
        var isOpen = false
        var batches: [[Int]] = []
    }

    private let state = Mutex(State())

    var batches: [[Int]] { state.withLock { $0.batches } }

    func open() { state.withLock { $0.isOpen = true } }

    func enter(_ batch: [Int]) {
        state.withLock { $0.batches.append(batch) }
        while !state.withLock({ $0.isOpen }) { sched_yield() }
    }

    func untilEntered(_ count: Int) async {
        while batches.count < count { await Task.yield() }
    }
}

private struct HeldTransaction: BatchTransaction {
    let door: Door

    func attempt(_ batch: [Int], isRerun: Bool) -> Attempt<Int> {
        door.enter(batch)
        return .committed(batch.map { $0 * 10 })
    }
}
