import Foundation

// A pair of servers, for tests in which one takes over from the other.
extension TestPostgres {
    /// A standby that follows this private server, and without which nothing commits here any more.
    public func synchronousStandby() async throws -> TestPostgres {
        let folder = NSTemporaryDirectory() + "flashsale-test-standby-\(UUID().uuidString.lowercased())"
        let standby = TestPostgres(url: try await Self.start(folder, ["--standby-of", url]), folder: folder)
        _ = try await run("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        for _ in 0..<500 {
            if try await run("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1" {
                return standby
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        try await standby.remove()
        throw Failure(description: "the standby does not follow")
    }

    /// Makes a standby a primary, on a new timeline; returns when it takes writes.
    public func promote() async throws {
        guard try await run("SELECT pg_promote()") == "t" else { throw Failure(description: "not promoted in time") }
    }

    /// The address of a database at this server, else at `other`.
    public func either(or other: TestPostgres, _ database: String) throws -> String {
        guard let first = URLComponents(string: database)?.port, let second = URLComponents(string: other.url)?.port
        else {
            throw Failure(description: "no port in \(database) or \(other.url)")
        }
        return database.replacing(":\(first)/", with: ":\(first),127.0.0.1:\(second)/")
            + "?target_session_attrs=read-write"
    }

    /// Runs statements, each a transaction; gives what they print.
    private func run(_ statements: String...) async throws -> String {
        try await ServerScript.execute("psql", ["-XqAt", url] + statements.flatMap { ["-c", $0] })
    }
}
