import Foundation

/// A pipe whose write end stands for the output of a process, and whose reading the test decides.
final class LogOutputPipe: Sendable {
    struct Failed: Error {}

    let writeEnd: Int32
    private let readEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failed() }
        (readEnd, writeEnd) = (ends[0], ends[1])
        _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
    }

    /// The writer's thread may still use the write end for a moment; a descriptor that is left open harms no test.
    deinit { close(readEnd) }

    /// All that is there, without waiting.
    func text() -> String {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(readEnd, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: result, as: UTF8.self) }
            result += chunk[..<count]
        }
    }

    /// Waits for output, for at most ten seconds, then gives what is there.
    func nextText() -> String {
        var ready = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        poll(&ready, 1, 10_000)
        return text()
    }

    func makeWritingNonBlocking() { _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK) }

    /// Leaves the pipe without a reader; the descriptor's number stays taken.
    func stopReading() {
        let null = open("/dev/null", O_RDONLY)
        dup2(null, readEnd)
        close(null)
    }
}
