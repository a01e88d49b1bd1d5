import Postgres
import TestSupport

/// Gives each job a thread of its own, so that a test that blocks does not hold up the tasks of others.
private final class ThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        _ = DedicatedThread(name: "test") { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Runs `body`, which may block, away from the cooperative pool and still in the test's task.
func onOwnThread<Value: Sendable>(_ body: @Sendable () throws -> Value) async rethrows -> Value {
    try await withTaskExecutorPreference(ThreadExecutor()) { try await concurrently(body) }
}

@concurrent
private func concurrently<Value: Sendable>(_ body: @Sendable () throws -> Value) async rethrows -> Value {
    try body()
}

/// Runs `body` with a connection to the shared server.
func withPostgres<Value: Sendable>(
    _ body: @Sendable (PostgresConnection) throws -> Value
) async throws -> Value {
    let url = try await TestPostgres.shared().url
    return try await onOwnThread {
        let connection = try PostgresConnection(to: url)
        defer { connection.close() }
        return try body(connection)
    }
}

/// Waits until `condition` holds, for at most ten seconds; `false` when it never did.
func postgresEventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

extension PostgresConnection {
    convenience init(to url: String, connectTimeout: Duration = .seconds(10)) throws(PostgresError) {
        try self.init(
            PostgresConfiguration(url: url, connectTimeout: connectTimeout),
            deadline: .now + connectTimeout
        )
    }

    /// Runs SQL without a name, thus not prepared for later.
    @discardableResult
    func run(
        _ sql: String,
        _ parameters: PostgresParameters = PostgresParameters(),
        within: Duration = .seconds(20)
    ) throws(PostgresError) -> PostgresRows {
        try query(PostgresStatement(name: "", sql), parameters, within: within)
    }

    /// The number of sessions that run a statement whose text contains `marker`.
    func sessionsRunning(_ marker: String) throws(PostgresError) -> Int64 {
        let parameters = PostgresParameters { $0.text(marker) }
        return try run(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE state = 'active' AND pid <> pg_backend_pid() AND position($1::text IN query) > 0
            """,
            parameters
        )[0].int64(0)
    }
}

/// The error that `body` throws, or `nil`.
func postgresError(_ body: () throws -> Void) -> PostgresError? {
    do {
        try body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// The error that `body` throws, or `nil`.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}
