import Postgres
import TestSupport
import Testing

@Suite struct PostgresPoolTests {
    private func withPool(
        size: Int = 1,
        waitingLimit: Int = 16,
        _ body: (PostgresPool) async throws -> Void
    ) async throws {
        let connection = PostgresConfiguration(url: try await TestPostgres.shared().url, connectTimeout: .seconds(10))
        let pool = PostgresPool(
            PostgresPoolConfiguration(connection: connection, size: size, waitingLimit: waitingLimit)
        )
        try await whileRunning(pool, body)
    }

    /// Keeps the pool's only connection until `body` is done.
    private func whileBusy(_ pool: PostgresPool, _ body: () async throws -> Void) async throws {
        let gate = Monitor(false)
        async let holder: Void = pool.withConnection(deadline: .now + .seconds(30)) { _ in
            _ = gate.wait(until: .now + .seconds(30)) { $0 ? true : nil }
        }
        let isBusy = try await postgresEventually { pool.statistics.busy == 1 }
        #expect(isBusy)
        do {
            try await body()
        } catch {
            gate.signal { $0 = true }
            throw error
        }
        gate.signal { $0 = true }
        try await holder
    }

    @Test func answersManyCallersAtOnce() async throws {
        try await withPool(size: 3, waitingLimit: 500) { pool in
            let values = try await withThrowingTaskGroup(of: Int64.self) { group in
                for value in 0..<300 as Range<Int64> { group.addTask { try await pool.select(value) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(values.sorted() == Array(0..<300))
            #expect(pool.statistics.size == 3)
            #expect(pool.statistics.idle == 3)
            #expect(pool.statistics.busy == 0)
        }
    }

    @Test func passesTheBodysErrorOn() async throws {
        struct Refusal: Error {}
        try await withPool { pool in
            await #expect(throws: Refusal.self) {
                try await pool.withConnection(deadline: .now + .seconds(5)) { _ in throw Refusal() }
            }
            try await pool.select(1)
        }
    }

    @Test func refusesMoreWaitingCallersThanItsLimit() async throws {
        try await withPool(waitingLimit: 1) { pool in
            try await whileBusy(pool) {
                async let waiting = postgresError { try await pool.select(1, within: .milliseconds(500)) }
                let isWaiting = try await postgresEventually { pool.statistics.waiting == 1 }
                let refused = await postgresError { try await pool.select(2) }

                #expect(isWaiting)
                #expect(refused?.code == .overloaded)
                #expect(await waiting?.code == .timedOut)
                #expect(pool.statistics.waiting == 0)
            }
        }
    }

    @Test func watchesTheEarliestDeadlineOfThoseWhoWait() async throws {
        try await withPool { pool in
            try await whileBusy(pool) {
                async let late = postgresError { try await pool.select(1, within: .seconds(2)) }
                let isWaiting = try await postgresEventually { pool.statistics.waiting == 1 }
                #expect(isWaiting)
                let early = await postgresError { try await pool.select(2, within: .milliseconds(50)) }

                #expect(early?.code == .timedOut)
                #expect(pool.statistics.waiting == 1)
                #expect(await late?.code == .timedOut)
            }
            try await pool.select(3)
        }
    }

    @Test func cancelsAWaitingCaller() async throws {
        try await withPool { pool in
            try await whileBusy(pool) {
                let error = await cancelled(when: { pool.statistics.waiting == 1 }) { try await pool.select(1) }

                #expect(error?.code == .cancelled)
                #expect(pool.statistics.waiting == 0)
            }
        }
    }

    @Test func cancelsARunningCallerOnTheServerToo() async throws {
        let marker = "cancelled \(UInt64.random(in: 0...UInt64.max))"
        try await withPool { pool in
            let observer = PostgresPool(pool.configuration)
            try await whileRunning(observer) { observer in
                let sessions = { @Sendable () async throws -> Int64 in
                    try await observer.withConnection(deadline: .now + .seconds(10)) { try $0.sessionsRunning(marker) }
                }
                let error = await cancelled(when: { try await sessions() == 1 }) {
                    try await pool.withConnection(deadline: .now + .seconds(30)) {
                        _ = try $0.run("SELECT pg_sleep(30) /* \(marker) */", within: .seconds(30))
                    }
                }
                let isGone = try await postgresEventually { try await sessions() == 0 }

                #expect(error?.code == .cancelled)
                #expect(isGone)
                try await pool.select(1)
            }
        }
    }

    @Test func refusesACallerThatIsCancelledAlready() async throws {
        try await withPool { pool in
            let hasRun = Monitor(false)
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.cancelAll()
                group.addTask {
                    await postgresError {
                        try await pool.withConnection(deadline: .now + .seconds(5)) { connection in
                            try connection.run("SELECT 1")
                            hasRun.withLock { $0 = true }
                        }
                    }
                }
                return await group.next() ?? nil
            }

            // Whether it was still waiting or had a connection already, nothing was sent.
            #expect(error?.code == .cancelled)
            #expect(!hasRun.withLock { $0 })
            try await pool.select(1)
        }
    }

    @Test func endsABodyAtTheCallersDeadline() async throws {
        try await withPool { pool in
            try await pool.select(0)
            let error = await postgresError {
                try await pool.withConnection(deadline: .now + .seconds(1)) {
                    _ = try $0.run("SELECT pg_sleep(30)", within: .seconds(30))
                }
            }

            #expect(error?.code == .timedOut)
            #expect(error?.connectionLost == true)
            try await pool.select(1)
        }
    }

    @Test func replacesASessionThatWasTerminated() async throws {
        try await withPool { pool in
            let error = await postgresError {
                try await pool.withConnection(deadline: .now + .seconds(5)) {
                    _ = try $0.run("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.connectionLost == true)
            try await pool.select(1)
        }
    }

    @Test func replacesASessionThatWasTerminatedWhileIdleUnnoticed() async throws {
        try await withPool { pool in
            let backend = { @Sendable in
                try await pool.withConnection(deadline: .now + .seconds(5)) {
                    try $0.run("SELECT pg_backend_pid()")[0].int32(0)
                }
            }
            let victim = try await backend()
            try await withPostgres { other in
                let parameters = PostgresParameters { $0.int32(victim) }
                try other.run("SELECT pg_terminate_backend($1::int4, 10000)", parameters)
            }

            #expect(try await backend() != victim)
        }
    }

    @Test func rollsBackWhatABodyLeavesOpen() async throws {
        try await withPool { pool in
            let backend = try await pool.withConnection(deadline: .now + .seconds(5)) { connection in
                try connection.execute("CREATE TEMPORARY TABLE left_open (id int8)", within: .seconds(5))
                try connection.execute("BEGIN; INSERT INTO left_open VALUES (1)", within: .seconds(5))
                return try connection.run("SELECT pg_backend_pid()")[0].int32(0)
            }
            let (next, count, isOpen) = try await pool.withConnection(deadline: .now + .seconds(5)) { connection in
                let isOpen = connection.isInTransaction
                let row = try connection.run("SELECT pg_backend_pid(), (SELECT count(*) FROM left_open)")[0]
                return (try row.int32(0), try row.int64(1), isOpen)
            }

            #expect(next == backend)
            #expect(count == 0)
            #expect(!isOpen)
        }
    }

    @Test func refusesAtOnceWhileNoServerIsThere() async throws {
        let server = PostgresRawServer { _ in }
        await server.stop()
        let configuration = PostgresPoolConfiguration(
            connection: PostgresConfiguration(url: server.url),
            size: 1,
            reconnectDelay: .seconds(20),
            reconnectDelayLimit: .seconds(20)
        )
        try await whileRunning(PostgresPool(configuration)) { pool in
            let first = await postgresError { try await pool.select(1) }
            let second = await postgresError { try await pool.select(2, within: .seconds(60)) }

            #expect(first?.code == .unreachable)
            #expect(second?.code == .unreachable)
            #expect(pool.statistics.pausing == 1)
            #expect(pool.statistics.idle == 0)
        }
    }

    @Test func refusesCallersOnceShutDownAndFinishesTheRunningOne() async throws {
        try await withPool { pool in
            try await whileBusy(pool) {
                async let waiting = postgresError { try await pool.select(1) }
                let isWaiting = try await postgresEventually { pool.statistics.waiting == 1 }
                pool.shutDown()

                #expect(isWaiting)
                #expect(await waiting?.code == .connectionClosed)
                #expect(await postgresError { try await pool.select(2) }?.code == .connectionClosed)
            }
        }
    }

    @Test func returnsFromRunWhenItsTaskIsCancelled() async throws {
        let url = try await TestPostgres.shared().url
        let pool = PostgresPool(PostgresPoolConfiguration(connection: PostgresConfiguration(url: url)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            try await pool.select(1)
            group.cancelAll()
            try await group.waitForAll()
        }

        #expect(await postgresError { try await pool.select(2) }?.code == .connectionClosed)
    }
}

extension PostgresPool {
    /// Lets the server repeat a number.
    @discardableResult
    func select(_ value: Int64, within: Duration = .seconds(10)) async throws -> Int64 {
        try await withConnection(deadline: .now + within) { connection in
            try connection.run("SELECT $1::int8", PostgresParameters { $0.int64(value) })[0].int64(0)
        }
    }
}

/// Runs a pool around `body`.
func whileRunning(_ pool: PostgresPool, _ body: (PostgresPool) async throws -> Void) async throws {
    async let run: Void = pool.run()
    do {
        try await body(pool)
    } catch {
        pool.shutDown()
        await run
        throw error
    }
    pool.shutDown()
    await run
}

/// The error of `work`, cancelled once `condition` holds.
private func cancelled(
    when condition: @escaping @Sendable () async throws -> Bool,
    _ work: @escaping @Sendable () async throws -> Void
) async -> PostgresError? {
    await withTaskGroup(of: PostgresError?.self) { group in
        group.addTask { await postgresError(work) }
        do {
            let isReached = try await postgresEventually(condition)
            #expect(isReached)
        } catch {
            Issue.record(error)
        }
        group.cancelAll()
        return await group.next() ?? nil
    }
}
