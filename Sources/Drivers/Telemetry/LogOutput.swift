import Glibc

/// The thread's side of a ``LogWriter``: takes what waits and writes it.
struct LogOutput: Sendable {
    let fileDescriptor: Int32
    let buffer: LogBuffer

    /// Writes until the buffer is closed.
    func run() {
        blockBrokenPipeSignal()
        var lines: [UInt8] = []
        var hasMore = true
        while hasMore {
            hasMore = buffer.take(into: &lines)
            let written = write(lines)
            if written < lines.count { buffer.drop(lines[written...].count { $0 == UInt8(ascii: "\n") }) }
            buffer.settle(lines.count)
        }
    }

    /// Writes all bytes, however often the descriptor takes a part of them or asks to wait.
    ///
    /// A descriptor that is full for long holds up this thread only: the buffer fills and counts what it drops.
    /// - Returns: how many bytes were written: fewer when the descriptor refuses, as a pipe without a reader does.
    private func write(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let count = Glibc.write(
                    fileDescriptor,
                    bytes.baseAddress.map { $0 + position },
                    bytes.count - position
                )
                let failure = count < 0 ? errno : 0
                if count > 0 {
                    position += count
                } else if failure == EAGAIN {
                    var ready = pollfd(fd: fileDescriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 100)
                } else if failure != EINTR {
                    break
                }
            }
            return position
        }
    }

    /// For this thread only: a reader that went away must not end the process.
    private func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
