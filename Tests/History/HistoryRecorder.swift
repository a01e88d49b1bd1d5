import Foundation
import Synchronization

/// Keeps what clients ask and are told, in memory and as JSON lines in a file; for any number of threads.
///
/// Holds a bounded number of calls. A call is noted before it is sent, so that whatever the service does was asked.
public final class HistoryRecorder: Sendable {
    private struct State {
        var operations: [Operation] = []
        var phase: String
        var buffer: [UInt8] = []
        var file: Int32
    }

    /// Bytes that are gathered before they are written to the file.
    private static let bufferSize = 1 << 16

    private let capacity: Int
    private let writesFile: Bool
    private let state: Mutex<State>

    /// A recorder that holds at most `capacity` calls, and writes them to a new file where one is named.
    ///
    /// - Throws: ``History/Malformed`` where the file cannot be made.
    public init(file path: String? = nil, capacity: Int = 500_000, phase: String = "calm") throws {
        var file: Int32 = -1
        if let path {
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw History.Malformed(description: "cannot write \(path)") }
        }
        self.capacity = capacity
        writesFile = file >= 0
        state = Mutex(State(phase: phase, file: file))
    }

    deinit { close() }

    /// What the run does to the service; calls that begin from now on carry it.
    public var phase: String {
        get { state.withLock { $0.phase } }
        set { state.withLock { $0.phase = newValue } }
    }

    /// How many calls were recorded.
    public var count: Int { state.withLock { $0.operations.count } }

    /// How many calls ended, or have not ended, with nobody knowing.
    public var unknownCount: Int { state.withLock { $0.operations.count { $0.ending == .unknown } } }

    /// Notes a call that is about to be sent; `nil` where the recorder is full, and then it must not be sent.
    public func begin(_ question: Operation.Question) -> Int? {
        let operation: Operation? = state.withLock { state in
            guard state.operations.count < capacity else { return nil }
            let operation = Operation(
                id: state.operations.count,
                question: question,
                phase: state.phase,
                start: Self.now
            )
            state.operations.append(operation)
            return operation
        }
        if let operation { write(operation.invocation) }
        return operation?.id
    }

    /// Notes what the client was told.
    public func end(_ id: Int, _ answer: Operation.Answer) {
        let now = Self.now
        let operation = state.withLock { state in
            state.operations[id].answer = answer
            state.operations[id].answeredAt = now
            return state.operations[id]
        }
        if let event = operation.completion { write(event) }
    }

    /// Notes something that the run itself does at this moment, such as killing an instance.
    public func note(_ call: Operation.Call, node: Int) {
        guard let id = begin(Operation.Question(process: -1, call, node: node)) else { return }
        end(id, Operation.Answer(.ok))
    }

    /// What was recorded so far.
    public func history() -> History { History(state.withLock { $0.operations }) }

    /// Writes what is gathered and closes the file; what is recorded later stays in memory.
    public func close() {
        state.withLock { state in
            guard state.file >= 0 else { return }
            Self.flush(&state)
            Glibc.close(state.file)
            state.file = -1
        }
    }

    /// Nanoseconds of the machine's monotonic clock.
    public static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private func write(_ event: HistoryEvent) {
        // An event is plain text and numbers, which always encode.
        guard writesFile, let line = try? JSONEncoder().encode(event) else { return }
        state.withLock { state in
            state.buffer.append(contentsOf: line)
            state.buffer.append(UInt8(ascii: "\n"))
            if state.buffer.count >= Self.bufferSize, state.file >= 0 { Self.flush(&state) }
        }
    }

    private static func flush(_ state: inout State) {
        var rest = state.buffer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(state.file, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        state.buffer.removeAll(keepingCapacity: true)
    }
}
