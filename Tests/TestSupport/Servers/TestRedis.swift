import Foundation

/// A Redis server for tests: the one of `TEST_REDIS_URL`, or a private one that ends with this process.
public final class TestRedis: Sendable {
    /// A failure to prepare a server, with what its tool said.
    public struct Failure: Error, CustomStringConvertible {
        /// The reason.
        public let description: String
    }

    /// The URL of its database 0, or that of the environment.
    public let url: String
    /// The server's folder; `nil` for a server that is not ours to stop.
    private let folder: String?

    private init(url: String, folder: String?) {
        self.url = url
        self.folder = folder
    }

    // An unstructured task, because the server belongs to the process and not to the test that asks first.
    private static let sharedServer = Task { () async throws -> TestRedis in
        if let url = ProcessInfo.processInfo.environment["TEST_REDIS_URL"], !url.isEmpty {
            return TestRedis(url: url, folder: nil)
        }
        return try await privateServer()
    }

    /// The server that all tests of this process share; started by the first that asks.
    public static func shared() async throws -> TestRedis {
        try await sharedServer.value
    }

    /// A server of its own, for a test that stops, kills or freezes it, or that changes what belongs to all.
    public static func privateServer() async throws -> TestRedis {
        let folder = NSTemporaryDirectory() + "flashsale-test-redis-\(UUID().uuidString.lowercased())"
        return TestRedis(url: try await start(folder), folder: folder)
    }

    /// Runs `body` with a server of its own and removes it afterwards.
    public static func withPrivateServer<Value>(
        _ body: (TestRedis) async throws -> Value
    ) async throws -> Value {
        let server = try await privateServer()
        do {
            let value = try await body(server)
            try await server.remove()
            return value
        } catch {
            try await server.remove()
            throw error
        }
    }

    /// The port of 127.0.0.1.
    public var port: Int {
        get throws {
            guard let port = URLComponents(string: url)?.port else { throw Failure(description: "no port in \(url)") }
            return port
        }
    }

    /// Starts the stopped or killed server again, on the same port and with what its file holds.
    public func start() async throws {
        let url = try await Self.start(try owned())
        guard url == self.url else { throw Failure(description: "the server moved from \(self.url) to \(url)") }
    }

    /// Stops the server as an operator does.
    public func stop() async throws {
        _ = try await ServerScript.run("redis", ["stop", try owned()])
    }

    /// Kills the server and waits until it is gone.
    public func kill() async throws {
        _ = try await ServerScript.run("redis", ["stop", try owned(), "--immediate"])
    }

    /// Freezes the server: connections stay open and nothing answers.
    public func suspend() async throws {
        _ = Foundation.kill(try await process(), SIGSTOP)
    }

    /// Lets a frozen server go on.
    public func resume() async throws {
        _ = Foundation.kill(try await process(), SIGCONT)
    }

    /// Stops a private server and deletes its files; harmless on a shared one.
    public func remove() async throws {
        guard let folder else { return }
        try? await resume()  // Fails on a server that is not running, which needs no more.
        _ = try await ServerScript.run("redis", ["remove", folder])
    }

    private func process() async throws -> pid_t {
        let output = try await ServerScript.run("redis", ["pid", try owned()])
        guard let process = pid_t(output) else { throw Failure(description: "no process in \(output)") }
        return process
    }

    private func owned() throws -> String {
        guard let folder else { throw Failure(description: "this server is not the test's to stop") }
        return folder
    }

    private static func start(_ folder: String) async throws -> String {
        let output = try await ServerScript.run(
            "redis",
            ["start", folder, "--follow", "\(ProcessInfo.processInfo.processIdentifier)", "--temporary"]
        )
        guard let url = output.split(separator: "\n").last else { throw Failure(description: "no URL in \(output)") }
        return String(url)
    }
}
