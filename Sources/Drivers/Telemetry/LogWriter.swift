import Dispatch
import Glibc

/// A bounded buffer of log lines that a thread of its own writes to a file descriptor.
///
/// Whoever logs never waits for the output: a line that finds the buffer full is dropped and counted. Errors are
/// written at once, other lines at most 50 ms later. The thread ends when the writer goes, after a last write.
public final class LogWriter: Sendable {
    /// Longest time that a line waits for others to be written with it.
    static let gatherTime = DispatchTimeInterval.milliseconds(50)

    private let buffer: LogBuffer

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - fileDescriptor: where the lines go; it stays the caller's and must outlive the writer.
    ///   - capacityBytes: most bytes that wait; as many again may be on their way into the descriptor.
    public init(fileDescriptor: Int32 = STDOUT_FILENO, capacityBytes: Int = 1 << 20) {
        let buffer = LogBuffer(capacityBytes: capacityBytes)
        self.buffer = buffer
        let isStarted = startThread { LogOutput(fileDescriptor: fileDescriptor, buffer: buffer).run() }
        precondition(isStarted, "the system refuses to start another thread")
    }

    deinit { buffer.close() }

    /// Lines that were lost because the buffer was full or the descriptor refused them.
    public var droppedCount: Int { buffer.droppedCount }

    /// Waits until all that was logged before is written, blocking the thread; meant for the end of the process.
    ///
    /// - Returns: whether it was, within that time.
    @discardableResult
    public func flush(within duration: Duration) -> Bool { buffer.flush(within: duration) }

    /// Takes a line, which ends in a line break.
    func append(_ line: [UInt8], isUrgent: Bool) { buffer.append(line, isUrgent: isUrgent) }
}

/// What a new thread is given.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a thread that nobody waits for; `false` when the system refuses.
private func startThread(_ run: @escaping @Sendable () -> Void) -> Bool {
    let body = Unmanaged.passRetained(ThreadBody(run))
    var thread = pthread_t()
    let code = pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        },
        body.toOpaque()
    )
    guard code == 0 else {
        body.release()
        return false
    }
    pthread_detach(thread)
    return true
}
