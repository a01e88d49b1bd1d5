import Postgres
import TestSupport
import Testing

@Suite struct PostgresPipelineTests {
    private static let begin = PostgresStatement(name: "begin", "BEGIN")
    private static let commit = PostgresStatement(name: "commit", "COMMIT")
    private static let insert = PostgresStatement(name: "insert", "INSERT INTO kept VALUES ($1::int8)")
    private static let count = PostgresStatement(name: "count", "SELECT count(*) FROM kept")
    private static let number = PostgresStatement(name: "number", "SELECT $1::int8")

    private static func insert(_ value: Int64) -> PostgresParameters { PostgresParameters { $0.int64(value) } }

    @Test func givesResultsInOrder() async throws {
        try await withPostgres { connection in
            let results = try connection.flush(within: .seconds(5)) { pipeline in
                for value in 0..<200 as Range<Int64> { pipeline.add(Self.number, Self.insert(value)) }
            }

            #expect(try results.map { try $0[0].int64(0) } == Array(0..<200))
        }
    }

    @Test func commitsATransactionInOneFlush() async throws {
        try await withPostgres { connection in
            try connection.execute("CREATE TEMPORARY TABLE kept (id int8 PRIMARY KEY)", within: .seconds(5))
            let results = try connection.flush(within: .seconds(5)) { pipeline in
                pipeline.add(Self.begin)
                pipeline.add(Self.insert, Self.insert(1))
                pipeline.add(Self.count)
                pipeline.add(Self.commit)
            }

            #expect(results.map(\.commandTag) == ["BEGIN", "INSERT 0 1", "SELECT 1", "COMMIT"])
            #expect(try results[2][0].int64(0) == 1)
            #expect(!connection.isInTransaction)
        }
    }

    @Test func skipsWhatFollowsAnErrorCommitIncluded() async throws {
        try await withPostgres { connection in
            try connection.execute("CREATE TEMPORARY TABLE kept (id int8 PRIMARY KEY)", within: .seconds(5))
            let error = postgresError {
                _ = try connection.flush(within: .seconds(5)) { pipeline in
                    pipeline.add(Self.begin)
                    pipeline.add(Self.insert, Self.insert(1))
                    pipeline.add(Self.insert, Self.insert(1))
                    pipeline.add(Self.commit)
                }
            }

            #expect(error?.code == .server)
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.constraint == "kept_pkey")
            #expect(error?.statementName == "insert")
            #expect(error?.connectionLost == false)
            #expect(connection.isUsable)
            #expect(!connection.isInTransaction)
            #expect(try connection.query(Self.count, within: .seconds(5))[0].int64(0) == 0)
        }
    }

    @Test func leavesAnEarlierTransactionToItsOwner() async throws {
        try await withPostgres { connection in
            try connection.execute("CREATE TEMPORARY TABLE kept (id int8 PRIMARY KEY)", within: .seconds(5))
            _ = try connection.query(Self.begin, within: .seconds(5))
            #expect(postgresError { try connection.run("SELECT 1 / 0") }?.sqlState?.description == "22012")
            #expect(connection.isInTransaction)
            #expect(postgresError { try connection.run("SELECT 1") }?.sqlState == .inFailedTransaction)
            #expect(try connection.run("ROLLBACK").commandTag == "ROLLBACK")
            #expect(!connection.isInTransaction)
        }
    }

    @Test func preparesAStatementOnceAndTakesItsNameBackWhenThatFails() async throws {
        let broken = PostgresStatement(name: "broken", "SELEKT 1")
        let behind = PostgresStatement(name: "behind", "SELECT 2::int8")
        try await withPostgres { connection in
            for _ in 0..<2 {
                let error = postgresError {
                    _ = try connection.flush(within: .seconds(5)) { pipeline in
                        pipeline.add(broken)
                        pipeline.add(behind)
                    }
                }
                #expect(error?.sqlState == .syntaxError)
                #expect(error?.statementName == "broken")
            }
            for _ in 0..<3 { #expect(try connection.query(behind, within: .seconds(5))[0].int64(0) == 2) }
            let known = try connection.run(
                "SELECT name, generic_plans + custom_plans FROM pg_prepared_statements ORDER BY name"
            )

            #expect(try known.map { try $0.text(0) } == ["behind"])
            #expect(try known[0].int64(1) == 3)
        }
    }

    @Test func refusesTwoStatementsOfOneName() async throws {
        try await withPostgres { connection in
            try connection.run("SELECT 1")
            let error = postgresError {
                _ = try connection.flush(within: .seconds(5)) { pipeline in
                    pipeline.add(Self.number, Self.insert(1))
                    pipeline.add(PostgresStatement(name: "number", "SELECT 2"))
                }
            }

            #expect(error?.code == .configuration)
            #expect(!connection.isUsable)
        }
    }

    @Test func preparesNothingWhereSessionsAreShared() async throws {
        let url = try await TestPostgres.shared().url
        try await onOwnThread {
            let configuration = PostgresConfiguration(url: url, isPooled: true)
            let connection = try PostgresConnection(configuration, deadline: .now + .seconds(10))
            let results = try connection.flush(within: .seconds(5)) { pipeline in
                pipeline.add(Self.number, Self.insert(1))
                pipeline.add(Self.number, Self.insert(2))
            }

            #expect(try results.map { try $0[0].int64(0) } == [1, 2])
            #expect(try connection.run("SELECT count(*) FROM pg_prepared_statements")[0].int64(0) == 0)
        }
    }

    @Test func sendsAndReceivesMoreThanBuffersHold() async throws {
        let text = PostgresStatement(name: "echo", "SELECT $1::text")
        let big = String(repeating: "x", count: 1_000_000)
        try await withPostgres { connection in
            let results = try connection.flush(within: .seconds(20)) { pipeline in
                for _ in 0..<30 { pipeline.add(text, PostgresParameters { $0.text(big) }) }
            }

            #expect(results.count == 30)
            #expect(try results.allSatisfy { try $0[0].text(0) == big })
        }
    }
}
