import Foundation

/// A PostgreSQL server for tests: the one of `TEST_DATABASE_URL`, or a private one that ends with this process.
public final class TestPostgres: Sendable {
    /// A failure to prepare a server, with what its tool said.
    public struct Failure: Error, CustomStringConvertible {
        /// The reason.
        public let description: String
    }

    /// The URL of the database `flashsale`, or that of the environment.
    public let url: String
    /// The server's folder; `nil` for a server that is not ours to stop.
    private let folder: String?

    init(url: String, folder: String?) {
        self.url = url
        self.folder = folder
    }

    // An unstructured task, because the server belongs to the process and not to the test that asks first.
    private static let sharedServer = Task { () async throws -> TestPostgres in
        if let url = ProcessInfo.processInfo.environment["TEST_DATABASE_URL"], !url.isEmpty {
            return TestPostgres(url: url, folder: nil)
        }
        return try await privateServer()
    }

    /// The server that all tests of this process share; started by the first that asks.
    public static func shared() async throws -> TestPostgres {
        try await sharedServer.value
    }

    /// A server of its own, for a test that stops or kills it.
    public static func privateServer() async throws -> TestPostgres {
        let folder = NSTemporaryDirectory() + "flashsale-test-postgres-\(UUID().uuidString.lowercased())"
        return TestPostgres(url: try await start(folder), folder: folder)
    }

    /// Makes an empty database with a unique name and gives its URL; it goes with the server.
    public func makeDatabase() async throws -> String {
        let name = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        _ = try await ServerScript.execute("psql", ["-XqAt", url, "-c", "CREATE DATABASE \(name)"])
        guard var parts = URLComponents(string: url) else { throw Failure(description: "not a URL: \(url)") }
        parts.path = "/" + name
        guard let database = parts.string else { throw Failure(description: "no URL for \(name)") }
        return database
    }

    /// What the server has written, crashes and complaints among it; nothing of a server that is not ours.
    public var log: String {
        get throws { try folder.map { try String(contentsOfFile: $0 + "/postgres.log", encoding: .utf8) } ?? "" }
    }

    /// Starts the stopped or killed server again, on the same port.
    public func start() async throws {
        let url = try await Self.start(try owned())
        guard url == self.url else { throw Failure(description: "the server moved from \(self.url) to \(url)") }
    }

    /// Stops the server; `immediately` is a crash as the server sees it, without a word to its clients.
    public func stop(immediately: Bool = false) async throws {
        _ = try await Self.script(["stop", try owned()] + (immediately ? ["--immediate"] : []))
    }

    /// Kills all of the server's processes at once, with signal 9, and waits until they are gone.
    public func kill() async throws {
        let processes = try await processes()
        for process in processes { _ = Foundation.kill(process, SIGKILL) }
        // A killed process is gone once its parent has collected it; the kernel tells no one else.
        while processes.contains(where: { Self.isAlive($0) }) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Freezes all of the server's processes: connections stay open and nothing answers.
    public func suspend() async throws {
        for process in try await processes() { _ = Foundation.kill(process, SIGSTOP) }
    }

    /// Lets a frozen server go on.
    public func resume() async throws {
        for process in try await processes().reversed() { _ = Foundation.kill(process, SIGCONT) }
    }

    /// Stops a private server and deletes its files; harmless on a shared one.
    public func remove() async throws {
        guard let folder else { return }
        try? await resume()  // Fails on a server that is not running, which needs no more.
        _ = try await Self.script(["remove", folder])
    }

    /// The postmaster, then its children.
    private func processes() async throws -> [pid_t] {
        guard let main = pid_t(try await Self.script(["pid", try owned()])) else { return [] }
        let children = try String(contentsOfFile: "/proc/\(main)/task/\(main)/children", encoding: .utf8)
        return [main] + children.split(separator: " ").compactMap { pid_t($0) }
    }

    private func owned() throws -> String {
        guard let folder else { throw Failure(description: "this server is not the test's to stop") }
        return folder
    }

    static func start(_ folder: String, _ options: [String] = []) async throws -> String {
        let process = "\(ProcessInfo.processInfo.processIdentifier)"
        let output = try await script(["start", folder, "--follow", process, "--temporary"] + options)
        guard let url = output.split(separator: "\n").last else { throw Failure(description: "no URL in \(output)") }
        return String(url)
    }

    private static func isAlive(_ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = status.lastIndex(of: ")")
        else { return false }  // No such file: no such process.
        return !status[name...].dropFirst(2).hasPrefix("Z")
    }

    private static func script(_ arguments: [String]) async throws -> String {
        try await ServerScript.run("postgres", arguments)
    }
}
