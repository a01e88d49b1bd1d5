import Postgres
import TestSupport
import Testing

/// What happens when the server goes away; each test has a server of its own.
@Suite struct PostgresServerLossTests {
    private func withServer(_ body: (TestPostgres) async throws -> Void) async throws {
        let server = try await TestPostgres.privateServer()
        do {
            try await body(server)
        } catch {
            try await server.remove()
            throw error
        }
        try await server.remove()
    }

    @Test(arguments: [false, true])
    func closesWhenTheServerDiesDuringAQuery(isKilled: Bool) async throws {
        try await withServer { server in
            let url = server.url
            async let failure = onOwnThread {
                let connection = try PostgresConnection(to: url)
                let error = postgresError { try connection.run("SELECT pg_sleep(30) /* victim */") }
                return (error, connection.isUsable)
            }
            let isRunning = try await postgresEventually {
                try await onOwnThread { try PostgresConnection(to: url).sessionsRunning("victim") == 1 }
            }
            #expect(isRunning)
            if isKilled { try await server.kill() } else { try await server.stop(immediately: true) }
            let (error, isUsable) = try await failure

            #expect(error?.code == .connectionClosed || error?.sqlState == .crashShutdown)
            if isKilled { #expect(error?.code == .connectionClosed) }
            #expect(error?.connectionLost == true)
            #expect(!isUsable)
            #expect(await onOwnThread { postgresError { _ = try PostgresConnection(to: url) } }?.code == .unreachable)
        }
    }

    @Test func timesOutOnAFrozenServer() async throws {
        try await withServer { server in
            let url = server.url
            let pool = PostgresPool(PostgresPoolConfiguration(connection: PostgresConfiguration(url: url), size: 1))
            try await whileRunning(pool) { pool in
                try await pool.select(1)
                try await server.suspend()
                let queried = await postgresError { try await pool.select(2, within: .milliseconds(300)) }
                let connected = await postgresError { try await pool.select(3, within: .milliseconds(300)) }
                try await server.resume()

                #expect(queried?.code == .timedOut)
                #expect(connected?.code == .timedOut)
                let isHealed = try await postgresEventually { await postgresError { try await pool.select(4) } == nil }
                #expect(isHealed)
            }
        }
    }

    @Test func healsAfterARestart() async throws {
        try await withServer { server in
            let url = server.url
            let configuration = PostgresPoolConfiguration(
                connection: PostgresConfiguration(url: url),
                size: 2,
                reconnectDelay: .milliseconds(20),
                reconnectDelayLimit: .milliseconds(100)
            )
            try await whileRunning(PostgresPool(configuration)) { pool in
                try await pool.select(1)
                try await server.stop()
                let down = await postgresError { try await pool.select(2) }
                #expect(down?.code == .unreachable)
                try await server.start()
                let isHealed = try await postgresEventually { await postgresError { try await pool.select(3) } == nil }
                #expect(isHealed)
            }
        }
    }

    @Test func tellsAWrongPassword() async throws {
        try await withServer { server in
            let url = server.url
            let (wrong, right) = try await onOwnThread { () -> (String, String) in
                let connection = try PostgresConnection(to: url)
                try connection.execute("CREATE ROLE ann LOGIN PASSWORD 'right'", within: .seconds(5))
                let file = try connection.run("SELECT current_setting('hba_file')")[0].text(0)
                try connection.execute(
                    """
                    COPY (VALUES ('host all ann 127.0.0.1/32 scram-sha-256'), ('host all all 127.0.0.1/32 trust'))
                    TO '\(file)';
                    SELECT pg_reload_conf()
                    """,
                    within: .seconds(5)
                )
                return (
                    url.replacing("flashsale@", with: "ann:wrong@"), url.replacing("flashsale@", with: "ann:right@")
                )
            }
            var error: PostgresError?
            let isRefused = try await postgresEventually {
                error = await onOwnThread { postgresError { _ = try PostgresConnection(to: wrong) } }
                return error != nil
            }

            #expect(isRefused)
            #expect(error?.code == .server)
            #expect(error?.sqlState == .invalidPassword)
            #expect(try await onOwnThread { try PostgresConnection(to: right).isUsable })
        }
    }
}
