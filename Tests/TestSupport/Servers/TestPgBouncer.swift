import Foundation

/// PgBouncer in front of a PostgreSQL server, lending its sessions for a transaction at a time; ends with this object.
public final class TestPgBouncer: Sendable {
    /// It did not come up.
    public struct Failure: Error, CustomStringConvertible {
        /// The reason.
        public let description: String
    }

    private let serverPort: Int
    private let port: Int
    private let folder: String
    private let process: ChildProcess

    /// Starts it in front of the server of a database's address and waits until it listens.
    ///
    /// - Parameters:
    ///   - database: the address of any database there.
    ///   - sessions: how many sessions of the server it keeps for each database.
    ///   - port: where it listens; a free one, if none is given.
    /// - Throws: ``Failure`` when it does not listen; what cannot be started.
    public init(for database: String, sessions: Int, port: Int? = nil) async throws {
        guard let serverPort = URLComponents(string: database)?.port else {
            throw Failure(description: "no port in \(database)")
        }
        let port = try port ?? FreePorts.take(1)[0]
        let folder = NSTemporaryDirectory() + "flashsale-test-pgbouncer-\(UUID().uuidString.lowercased())"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        let settings = """
            [databases]
            * = host=127.0.0.1 port=\(serverPort) user=flashsale
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = \(sessions)
            max_client_conn = 500

            """
        try settings.write(toFile: "\(folder)/pgbouncer.ini", atomically: true, encoding: .utf8)
        // It refuses to run as root, who alone can make it another user.
        let user = getuid() == 0 ? ["-u", "postgres"] : []
        process = try ChildProcess(
            "pgbouncer",
            user + ["\(folder)/pgbouncer.ini"],
            environment: ["PATH": "/usr/sbin:/usr/bin:/bin"]
        )
        (self.serverPort, self.port, self.folder) = (serverPort, port, folder)
        try await untilItListens()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }  // What is left is in the folder for such things.

    /// A database of the server by way of the pooler.
    public func url(of database: String) -> String { database.replacing(":\(serverPort)/", with: ":\(port)/") }

    /// Kills it and starts another one in its place, with sessions of its own.
    public func replacement(sessions: Int) async throws -> TestPgBouncer {
        try await kill()
        return try await TestPgBouncer(for: "postgres://127.0.0.1:\(serverPort)/", sessions: sessions, port: port)
    }

    /// Kills it and waits until it is gone.
    public func kill() async throws {
        process.signal(SIGKILL)
        while process.exitCode == nil { try await Task.sleep(for: .milliseconds(2)) }
    }

    private func untilItListens() async throws {
        for _ in 0..<500 {
            if let code = process.exitCode { throw Failure(description: "it ended with \(code): \(process.output)") }
            if let client = try? await HTTPTestClient.connect(port) { return await client.close() }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(description: "it does not listen: \(process.output)")
    }
}
