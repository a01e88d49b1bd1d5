import Foundation
import Synchronization

/// A program that runs beside the tests; its output goes to a file.
///
/// By hand, because Foundation's `Process` takes a program for running as long as any later child does that has
/// inherited its socket.
public final class ChildProcess: Sendable {
    /// It could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// The reason.
        public let description: String
    }

    /// Its process id.
    public let id: pid_t
    private let outputPath: String
    private let status = Mutex<Int32?>(nil)

    /// Starts a program with exactly the given environment.
    ///
    /// - Throws: ``Failure`` when it cannot be started.
    public init(_ program: String, _ arguments: [String], environment: [String: String]) throws {
        outputPath = NSTemporaryDirectory() + "flashsale-test-\(UUID().uuidString).log"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A child that outlives a test must not hold the test's sockets open.
        for descriptor: Int32 in 3..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // The pool's threads block signals; a service that inherited that could not be told to stop.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        posix_spawnattr_setsigmask(&attributes, &unblocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var id: pid_t = 0
        guard posix_spawnp(&id, program, &actions, &attributes, words, variables) == 0 else {
            throw Failure(description: "cannot start \(program)")
        }
        self.id = id
    }

    /// Everything that it has written.
    public var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    /// Its exit code, or 128 and the signal that ended it; `nil` while it runs.
    public var exitCode: Int32? {
        status.withLock { known in
            if known == nil {
                var status: Int32 = 0
                guard waitpid(id, &status, WNOHANG) == id else { return nil }
                known = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
            }
            return known
        }
    }

    /// Sends a signal, unless it has ended.
    public func signal(_ number: Int32) {
        if exitCode == nil { kill(id, number) }
    }

    deinit {
        if exitCode == nil {
            kill(id, SIGKILL)
            var status: Int32 = 0
            waitpid(id, &status, 0)
        }
        unlink(outputPath)
    }
}
