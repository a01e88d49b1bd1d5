import Postgres
import TestSupport
import Testing

@Suite struct PostgresConnectionTests {
    @Test func tellsServerErrorsWithTheirParts() async throws {
        try await withPostgres { connection in
            try connection.execute(
                "CREATE TEMPORARY TABLE checked (id int8 CONSTRAINT small CHECK (id < 10))",
                within: .seconds(5)
            )
            let parameters = PostgresParameters { $0.int64(123_456) }
            let error = postgresError { try connection.run("INSERT INTO checked VALUES ($1::int8)", parameters) }

            #expect(error?.sqlState == .checkViolation)
            #expect(error?.constraint == "small")
            #expect(error?.detail?.contains("123456") == true)
            #expect(error?.description.contains("23514") == true)
            #expect(error?.description.contains("123456") == false)
            #expect(error?.debugDescription.contains("123456") == true)
            #expect(error?.file.hasSuffix("PostgresTesting.swift") == true)
            #expect(connection.isUsable)
        }
    }

    @Test func namesTheStatesThatCallersBranchOn() async throws {
        let states: [(String, SQLState)] = [
            ("40001", .serializationFailure), ("40P01", .deadlockDetected), ("55P03", .lockNotAvailable),
            ("57014", .queryCanceled), ("23503", .foreignKeyViolation),
        ]
        try await withPostgres { connection in
            for (code, state) in states {
                let sql = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '\(code)', MESSAGE = 'raised'; END $$"
                let error = postgresError { try connection.execute(sql, within: .seconds(5)) }
                #expect(error?.sqlState == state)
                #expect(error?.sqlState?.description == code)
                #expect(error?.connectionLost == false)
            }
        }
        #expect(SQLState("4000") == nil)
        #expect(SQLState("4000x") == nil)
    }

    @Test func runsSeveralStatementsAsOneTransaction() async throws {
        try await withPostgres { connection in
            try connection.execute(
                "CREATE TEMPORARY TABLE a (id int8); INSERT INTO a VALUES (1), (2); SELECT * FROM a",
                within: .seconds(5)
            )
            let error = postgresError {
                try connection.execute("INSERT INTO a VALUES (3); SELECT 1 / 0", within: .seconds(5))
            }
            let begun = postgresError {
                try connection.execute("BEGIN; INSERT INTO a VALUES (3); SELECT 1 / 0; COMMIT", within: .seconds(5))
            }

            #expect(error?.code == .server)
            #expect(begun?.code == .server)
            #expect(!connection.isInTransaction)
            #expect(try connection.run("SELECT count(*) FROM a")[0].int64(0) == 2)
        }
    }

    @Test func swallowsNotices() async throws {
        try await withPostgres { connection in
            try connection.execute(
                "DO $$ BEGIN RAISE NOTICE 'loud'; RAISE WARNING 'louder'; END $$",
                within: .seconds(5)
            )
            #expect(connection.isUsable)
        }
    }

    @Test func closesWhenTheDeadlinePassesAndCancelsOnTheServer() async throws {
        let marker = "deadline \(UInt64.random(in: 0...UInt64.max))"
        try await withPostgres { connection in
            let start = ContinuousClock.now
            let error = postgresError {
                try connection.run("SELECT pg_sleep(30) /* \(marker) */", within: .milliseconds(200))
            }

            #expect(error?.code == .timedOut)
            #expect(error?.connectionLost == true)
            #expect(start.duration(to: .now) >= .milliseconds(200))
            #expect(start.duration(to: .now) < .seconds(10))
            #expect(!connection.isUsable)
            #expect(postgresError { try connection.run("SELECT 1") }?.code == .connectionClosed)
        }
        let isGone = try await postgresEventually {
            try await withPostgres { try $0.sessionsRunning(marker) == 0 }
        }
        #expect(isGone)
    }

    @Test func sendsNothingAfterTheDeadline() async throws {
        try await withPostgres { connection in
            let error = postgresError { try connection.run("SELECT 1", within: .zero) }
            let next = try connection.run("SELECT 1::int8")

            #expect(error?.code == .timedOut)
            #expect(error?.connectionLost == false)
            #expect(try next[0].int64(0) == 1)
        }
    }

    @Test func cancelsFromAnotherThread() async throws {
        try await withPostgres { connection in
            let handle = try #require(connection.cancelHandle)
            let marker = "handle \(UInt64.random(in: 0...UInt64.max))"
            let url = connection.configuration.url
            _ = DedicatedThread(name: "canceller") {
                // Without this connection the query below runs to its deadline, and the test fails.
                guard let other = try? PostgresConnection(to: url) else { return }
                while (try? other.sessionsRunning(marker)) == 0 {}
                handle.cancel()
            }
            let error = postgresError { try connection.run("SELECT pg_sleep(30) /* \(marker) */") }

            #expect(error?.sqlState == .queryCanceled)
            #expect(connection.isUsable)
        }
    }

    @Test func tellsATerminatedSessionFromAnError() async throws {
        try await withPostgres { connection in
            let error = postgresError { try connection.run("SELECT pg_terminate_backend(pg_backend_pid())") }

            #expect(error?.sqlState == .adminShutdown)
            #expect(error?.connectionLost == true)
            #expect(!connection.isUsable)
        }
    }

    @Test func noticesASessionTerminatedWhileIdle() async throws {
        try await withPostgres { connection in
            let other = try PostgresConnection(to: connection.configuration.url)
            let victim = try connection.run("SELECT pg_backend_pid()")[0].int32(0)
            try other.run("SELECT pg_terminate_backend($1::int4, 10000)", PostgresParameters { $0.int32(victim) })
            let error = postgresError { try connection.run("SELECT 1") }

            #expect(error?.code == .connectionClosed || error?.sqlState == .adminShutdown)
            #expect(error?.connectionLost == true)
            #expect(!connection.isUsable)
        }
    }

    @Test func setsTheSessionUpWhateverTheDatabaseSays() async throws {
        let url = try await TestPostgres.shared().makeDatabase()
        let value = try await onOwnThread {
            let first = try PostgresConnection(to: url)
            let name = try first.run("SELECT current_database()")[0].text(0)
            try first.execute(
                """
                ALTER DATABASE \(name) SET timezone = 'Asia/Kathmandu';
                ALTER DATABASE \(name) SET datestyle = 'German, DMY';
                ALTER DATABASE \(name) SET client_encoding = 'LATIN1';
                ALTER DATABASE \(name) SET standard_conforming_strings = off
                """,
                within: .seconds(5)
            )
            let configuration = PostgresConfiguration(
                url: url,
                applicationName: "tester",
                sessionSettings: [("statement_timeout", "1234ms"), ("default_transaction_isolation", "serializable")]
            )
            let second = try PostgresConnection(configuration, deadline: .now + .seconds(10))
            let row = try second.run(
                """
                SELECT ('2026-03-04 05:06:07'::timestamptz)::text, current_setting('statement_timeout'),
                       current_setting('transaction_isolation'), current_setting('application_name'), 'é\\n'::text
                """
            )[0]
            return try (0..<5).map { try row.text($0) }
        }

        #expect(value == ["2026-03-04 05:06:07+00", "1234ms", "serializable", "tester", "é\\n"])
    }

    @Test func hidesThePassword() {
        let configuration = PostgresConfiguration(url: "postgres://ann:hunter2@db1:1,db2:2/shop?application_name=x")
        var dumped = ""
        dump(configuration, to: &dumped)

        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect("\(configuration)".contains("host: db1,db2"))
        #expect(!"\(PostgresConfiguration(url: "postgres://ann:hun%ter2@db1/x"))".contains("ter2"))
    }

    @Test(arguments: [
        ("postgres://ann@db1/x", nil),
        ("postgres://db1:1,db2:2/x?target_session_attrs=read-write", nil),
        ("postgresql://db1,db2:5432/x?target_session_attrs=primary", nil),
        ("postgres://ann:hun%ter2@db1/x", "URI"),
        ("postgres://db1:1,db2:2,db3/x?port=1,2", "one for each of its 3 hosts"),
        ("postgres://db1,db2/x?target_session_attrs=standby", "read-write"),
        ("postgres://db1,db2/x?target_session_attrs=prefer-standby", "read-write"),
    ])
    func findsWhatIsWrongWithAURL(url: String, fault: String?) {
        let found = PostgresConfiguration.fault(in: url)

        #expect((found == nil) == (fault == nil))
        #expect(found?.contains(fault ?? "") ?? true)
        #expect(found?.contains("ter2") != true)
    }

    @Test func refusesAURLThatIsNone() {
        let error = postgresError { _ = try PostgresConnection(to: "postgres://ann:hun%ter2@db1/x") }

        #expect(error?.code == .configuration)
        #expect(error?.debugDescription.contains("ter2") == false)
    }

    @Test func tellsTheSettingThatTheServerRefuses() async throws {
        let url = try await TestPostgres.shared().url
        let error = await onOwnThread {
            postgresError {
                let configuration = PostgresConfiguration(url: url, sessionSettings: [("no_such_setting", "1")])
                _ = try PostgresConnection(configuration, deadline: .now + .seconds(10))
            }
        }

        #expect(error?.sqlState?.description == "42704")
        #expect(error?.connectionLost == true)
    }

    @Test func tellsAMissingDatabase() async throws {
        let url = try await TestPostgres.shared().url
        let error = await onOwnThread {
            postgresError { _ = try PostgresConnection(to: url + "_which_does_not_exist") }
        }

        #expect(error?.code == .server)
        #expect(error?.sqlState == .invalidCatalogName)
    }
}
