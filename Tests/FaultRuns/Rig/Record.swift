import Postgres

/// The run's own way to PostgreSQL, around the service and around every proxy.
struct Record: Sendable {
    let url: String

    var port: UInt16 {
        get throws {
            let tail = url.drop { $0 != "@" }.drop { $0 != ":" }.dropFirst()
            guard let port = UInt16(tail.prefix { $0.isNumber }) else { throw FaultRunError("no port in \(url)") }
            return port
        }
    }

    /// Runs statements.
    func execute(_ sql: String) async throws {
        try await onConnection { try $0.execute(sql, within: .seconds(30)) }
    }

    /// One number that a query gives.
    func number(_ sql: String) async throws -> Int {
        try await onConnection { connection in
            let statement = PostgresStatement(name: "", "SELECT (\(sql))::int8")
            return Int(try connection.query(statement, PostgresParameters(), within: .seconds(30))[0].int64(0))
        }
    }

    /// One text that a query gives.
    func text(_ sql: String) async throws -> String {
        try await onConnection { connection in
            let statement = PostgresStatement(name: "", "SELECT (\(sql))::text")
            return try connection.query(statement, PostgresParameters(), within: .seconds(30))[0].text(0)
        }
    }

    /// Runs statements in one transaction, keeps it open while `body` runs, and rolls it back.
    func holding<Value: Sendable>(_ sql: String, _ body: @Sendable () async throws -> Value) async throws -> Value {
        let connection = try PostgresConnection(configuration, deadline: .now + .seconds(5))
        defer { connection.close() }
        try connection.execute("BEGIN; \(sql)", within: .seconds(5))
        let value = try await body()
        try connection.execute("ROLLBACK", within: .seconds(5))
        return value
    }

    /// Sessions of the service that match a condition.
    func sessions(where condition: String = "true") async throws -> Int {
        try await number("SELECT count(*) FROM pg_stat_activity WHERE \(Self.ofService) AND (\(condition))")
    }

    /// Tells `pg_stat_activity`'s rows of the service from the run's own.
    static let ofService =
        "datname = current_database() AND application_name LIKE 'flashsale%' AND pid <> pg_backend_pid()"

    private var configuration: PostgresConfiguration {
        PostgresConfiguration(url: url, applicationName: "fault run")
    }

    private func onConnection<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(PostgresPoolConfiguration(connection: configuration, size: 1))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { group.cancelAll() }
            return try await pool.withConnection(deadline: .now + .seconds(10), body)
        }
    }
}
