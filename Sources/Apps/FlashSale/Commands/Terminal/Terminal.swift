import ArgumentParser
import NIOPosix

#if canImport(Glibc)
    import Glibc
#endif

/// Standard output for results, standard error for everything else.
enum Terminal {
    /// Whether somebody looks at standard error as it comes.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes a line to standard output.
    static func write(_ line: String) throws { try write(Array((line + "\n").utf8)) }

    /// Writes bytes to standard output.
    static func write(_ bytes: [UInt8]) throws { try write(bytes, to: STDOUT_FILENO, called: "standard output") }

    /// Writes a line to standard error, where nobody is told when that fails.
    static func complain(_ line: String) {
        do { try write(Array((line + "\n").utf8), to: STDERR_FILENO, called: "standard error") } catch {}
    }

    /// Writes all bytes.
    ///
    /// - Throws: ``CommandFault``; where a reader has gone away, as at the end of `| head`, the exit code that tells.
    static func write(_ bytes: [UInt8], to descriptor: Int32, called name: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw ExitCode(128 + SIGPIPE)
            } else if errno != EINTR {
                throw CommandFault("cannot write \(name): \(systemError)", .unwritable)
            }
        }
    }

    /// What the last system call complained about.
    static var systemError: String { String(cString: strerror(errno)) }

    /// Runs what may block, away from the threads that everything else needs.
    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
