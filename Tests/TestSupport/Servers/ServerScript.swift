import Foundation

/// Runs the repository's scripts that start and stop servers.
enum ServerScript {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `scripts/NAME`; gives its output without the last line end.
    static func run(_ name: String, _ arguments: [String]) async throws -> String {
        let program = try path(of: name)
        return try await withCheckedThrowingContinuation { continuation in
            // A thread of its own, because waiting for a process blocks.
            Thread.detachNewThread {
                continuation.resume(with: Result { try wait(for: program, arguments) })
            }
        }
    }

    private static func path(of name: String) throws -> String {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.path + "/scripts/\(name)") {
            guard folder.path != "/" else { throw Failure(description: "no scripts/\(name) above \(#filePath)") }
            folder.deleteLastPathComponent()
        }
        return folder.path + "/scripts/\(name)"
    }

    /// By hand, because Foundation's `Process` takes a program for running as long as a daemon that it left runs.
    private static func wait(for program: String, _ arguments: [String]) throws -> String {
        // Files, because a pipe would stay open in that daemon, too.
        let output = try temporaryFile()
        let errors = try temporaryFile()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.fileDescriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.fileDescriptor, 2)
        // A server that inherited other tests' sockets would keep them open.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        // The pool's threads block signals; a server that inherited that could not be told to stop.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        posix_spawnattr_setsigmask(&attributes, &unblocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + environment).forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, program, &actions, &attributes, words, environment) == 0 else {
            throw Failure(description: "cannot start \(program)")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw Failure(description: "\(program) \(arguments.first ?? ""): \(try text(of: errors))")
        }
        return try text(of: output)
    }

    /// A file without a name.
    private static func temporaryFile() throws -> FileHandle {
        let path = NSTemporaryDirectory() + "flashsale-test-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw Failure(description: "cannot write \(path)")
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        return file
    }

    private static func text(of file: FileHandle) throws -> String {
        try file.seek(toOffset: 0)
        let bytes = try file.readToEnd() ?? Data()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
