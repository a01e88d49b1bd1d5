import Postgres
import TestSupport
import Testing

/// By way of the real PgBouncer, which lends one session of the server to all, for a transaction at a time.
@Suite struct PostgresPoolerTests {
    private static let lockTimeout = PostgresStatement(
        name: "lock_timeout",
        "SELECT current_setting('lock_timeout'), pg_backend_pid()"
    )

    /// Runs `body` with two connections, of which one has a setting of its own.
    private func withTwo(
        _ body: @Sendable (_ patient: PostgresConnection, _ other: PostgresConnection) throws -> Void
    ) async throws {
        let url = try await TestPostgres.shared().url
        let pooler = try await TestPgBouncer(for: url, sessions: 1)
        var configuration = PostgresConfiguration(url: pooler.url(of: url), isPooled: true)
        let plain = configuration
        configuration.sessionSettings = [("lock_timeout", "123ms")]
        let set = configuration
        try await onOwnThread {
            let patient = try PostgresConnection(set, deadline: .now + .seconds(10))
            let other = try PostgresConnection(plain, deadline: .now + .seconds(10))
            try body(patient, other)
        }
        try await pooler.kill()
    }

    @Test func keepsSettingsToItsOwnTransactions() async throws {
        try await withTwo { patient, other in
            let alone = try patient.query(Self.lockTimeout, within: .seconds(10))[0]
            let before = try other.query(Self.lockTimeout, within: .seconds(10))[0]
            let begun = try patient.flush(within: .seconds(10)) { pipeline in
                pipeline.add(PostgresStatement(name: "begin", "BEGIN ISOLATION LEVEL SERIALIZABLE"))
                pipeline.add(Self.lockTimeout)
            }
            let later = try patient.query(Self.lockTimeout, within: .seconds(10))[0]
            let ended = try patient.query(PostgresStatement(name: "commit", "COMMIT"), within: .seconds(10))
            let after = try other.query(Self.lockTimeout, within: .seconds(10))[0]

            #expect(try [alone, begun[1][0], later].map { try $0.text(0) } == ["123ms", "123ms", "123ms"])
            #expect(try [before, after].map { try $0.text(0) } == ["0", "0"])
            let sessions = Set(try [alone, before, begun[1][0], later, after].map { try $0.int32(1) })
            #expect(sessions.count == 1)
            #expect(begun.count == 2 && begun[0].commandTag == "BEGIN" && ended.commandTag == "COMMIT")
        }
    }

    @Test func streamsUnderItsSettings() async throws {
        try await withTwo { patient, _ in
            let rows = PostgresStatement(
                name: "rows",
                "SELECT current_setting('lock_timeout') FROM generate_series(1, 1000)"
            )
            var seen: [String] = []
            try patient.stream(rows, within: .seconds(10)) { seen.append(try $0.text(0)) }

            #expect(seen.count == 1000)
            #expect(Set(seen) == ["123ms"])
        }
    }

    @Test func givesUpAConnectionWhoseOpeningFails() async throws {
        try await withTwo { patient, other in
            for connection in [patient, other] {
                connection.opening.add(PostgresStatement(name: "same_server", "SELECT 1 / 0"))
            }
            let queried = postgresError { _ = try patient.query(Self.lockTimeout, within: .seconds(10)) }
            let streamed = postgresError { try other.stream(Self.lockTimeout, within: .seconds(10)) { _ in } }

            for error in [queried, streamed] {
                #expect(error?.sqlState?.description == "22012")
                #expect(error?.connectionLost == true)
            }
            #expect(!patient.isUsable && !other.isUsable)
        }
    }

    @Test func leavesAConnectionInOrderAfterAnErrorOfItsOwn() async throws {
        try await withTwo { patient, _ in
            let error = postgresError {
                _ = try patient.flush(within: .seconds(10)) { pipeline in
                    pipeline.add(PostgresStatement(name: "begin", "BEGIN"))
                    pipeline.add(PostgresStatement(name: "wrong", "SELECT 1 / 0"))
                }
            }

            let later = try patient.query(Self.lockTimeout, within: .seconds(10))[0].text(0)

            #expect(error?.statementName == "wrong")
            #expect(error?.connectionLost == false)
            #expect(later == "123ms")
        }
    }
}
