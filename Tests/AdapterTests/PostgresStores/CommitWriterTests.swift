import Dispatch
import Kernel
import Logging
import Sales
import Synchronization
import Testing

@testable import PostgresStores

/// The writer's thread, deadlines and drain, with a transaction that the test holds.
@Suite struct CommitWriterTests {
    @Test func answersUnknownAtTheDeadlineOfWhatIsBeingWrittenAndNotRunToWhatStillWaits() async throws {
        let door = Door()
        let time = HeldTime()
        let writer = Self.writer(door, time)
        async let running: Void = writer.run()
        async let first = writer.commit(1, by: time.now + .milliseconds(80))
        try await door.untilEntered(1)
        async let second = writer.commit(2, by: time.now + .milliseconds(80))
        while writer.queuedCount < 1 { try await Task.sleep(for: .milliseconds(1)) }

        time.advance(by: .milliseconds(81))
        let answers = await (first, second)
        door.open()
        writer.drain(by: time.now + Self.patience)
        await running

        #expect(Self.code(answers.0) == .unknown)
        #expect(Self.code(answers.1) == .timedOut)
        #expect(door.batches == [[1]])
    }

    @Test func makesOneTransactionOfWhatWaited() async throws {
        let door = Door()
        let writer = Self.writer(door)
        async let running: Void = writer.run()
        let far = Instant.now + Self.patience
        async let first = writer.commit(1, by: far)
        try await door.untilEntered(1)
        let others = try await withThrowingTaskGroup(of: Commitment<Int>.self) { group in
            for request in 2...9 { group.addTask { await writer.commit(request, by: far) } }
            while writer.queuedCount < 8 { try await Task.sleep(for: .milliseconds(1)) }
            door.open()
            return try await group.reduce(into: [Int]()) { if case .committed(let outcome) = $1 { $0.append(outcome) } }
        }
        _ = await first
        writer.drain(by: .now + Self.patience)
        await running

        #expect(others.sorted() == (2...9).map { $0 * 10 })
        #expect(door.batches.count == 2)
    }

    @Test func gathersWhileAnotherWriterHasTheTurn() async throws {
        let doors = (held: Door(), free: Door())
        doors.free.open()
        let turns = CommitTurns(patience: .seconds(600))
        let writers = (Self.writer(doors.held, turns: turns), Self.writer(doors.free, turns: turns))
        let far = Instant.now + Self.patience
        async let running: Void = writers.0.run()
        async let others: Void = writers.1.run()
        async let first = writers.0.commit(1, by: far)
        try await doors.held.untilEntered(1)
        await withTaskGroup(of: Void.self) { group in
            for request in 2...4 { group.addTask { _ = await writers.1.commit(request, by: far) } }
            // Without turns the first of them is written at once, and three never wait.
            while writers.1.queuedCount < 3, doors.free.batches.isEmpty { await Task.yield() }
            #expect(doors.free.batches == [])
            doors.held.open()
        }
        _ = await first
        writers.0.drain(by: far)
        writers.1.drain(by: far)
        _ = await (running, others)

        #expect(doors.free.batches.map { $0.sorted() } == [[2, 3, 4]])
    }

    @Test func writesWhatItHasAcceptedBeforeItStopsAndAcceptsNothingMore() async throws {
        let door = Door()
        let writer = Self.writer(door)
        async let running: Void = writer.run()
        let isRecorded = writer.record(7)
        writer.drain(by: .now + Self.patience)
        door.open()
        await running

        #expect(isRecorded)
        #expect(door.batches == [[7]])
        #expect(Self.code(await writer.commit(8, by: .now + Self.patience)) == .overloaded)
        #expect(!writer.record(9))
    }

    /// Deadlines that no test is about: not even a machine that has much else to do comes near them.
    private static let patience = Duration.seconds(600)

    private static func writer(
        _ door: Door,
        _ time: any TimeSource = SystemTimeSource(),
        turns: CommitTurns = CommitTurns()
    ) -> CommitWriter<Int, Int> {
        CommitWriter(
            name: "test",
            policy: GroupCommitPolicy(),
            time: time,
            metrics: BatchMetrics(writer: "test"),
            turns: turns
        ) { HeldTransaction(door: door) }
    }

    private static func code(_ commitment: Commitment<Int>) -> StoreError.Code? {
        if case .failed(let error) = commitment { error.code } else { nil }
    }
}

/// Keeps transactions waiting until it is opened, and writes down what they hold.
private final class Door: Sendable {
    private let seen = Mutex<[[Int]]>([])
    private let opening = DispatchSemaphore(value: 0)

    var batches: [[Int]] { seen.withLock { $0 } }

    func open() { opening.signal() }

    func enter(_ batch: [Int]) {
        seen.withLock { $0.append(batch) }
        opening.wait()
        opening.signal()  // once open, open to all
    }

    func untilEntered(_ count: Int) async throws {
        while batches.count < count { try await Task.sleep(for: .milliseconds(1)) }
    }
}

/// Time that moves when told to.
private final class HeldTime: TimeSource {
    private let instant = Mutex(Instant.now)

    var now: Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}

private struct HeldTransaction: BatchTransaction {
    let door: Door

    func attempt(_ batch: [Int], isRerun: Bool) -> Attempt<Int> {
        door.enter(batch)
        return .committed(batch.map { $0 * 10 })
    }
}
