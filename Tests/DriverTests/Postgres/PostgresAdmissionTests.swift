import Postgres
import Synchronization
import TestSupport
import Testing

/// The client's own idea of which server is the right one.
@Suite struct PostgresAdmissionTests {
    @Test func passesOverAHostThatIsRefused() async throws {
        let configuration = PostgresConfiguration(url: try await Self.twice(), connectTimeout: .seconds(10))
        let seen = Atomic<Int>(0)
        try await onOwnThread {
            var picky = configuration
            picky.admission = { _, _ throws(PostgresError) in
                guard seen.add(1, ordering: .relaxed).newValue == 2 else { throw .refused("not this one") }
                return { true }
            }
            let connection = try PostgresConnection(picky, deadline: .now + .seconds(20))

            #expect(try connection.run("SELECT 1::int8")[0].int64(0) == 1)
            #expect(connection.isWelcome)
            #expect(seen.load(ordering: .relaxed) == 2)
        }
    }

    @Test func saysWhyNoHostWouldDo() async throws {
        var configuration = PostgresConfiguration(url: try await Self.twice(), connectTimeout: .seconds(10))
        configuration.admission = { _, _ throws(PostgresError) in throw .refused("not this one") }
        let picky = configuration
        let error = await onOwnThread {
            postgresError { _ = try PostgresConnection(picky, deadline: .now + .seconds(20)) }
        }

        #expect(error?.code == .refused)
        #expect(error?.connectionLost == true)
        #expect(error.map { "\($0)" }?.contains("not this one") == true)
    }

    @Test func givesUpAPooledSessionThatIsNotWelcomeAnyMore() async throws {
        let shared = Shared()
        var configuration = PostgresConfiguration(
            url: try await TestPostgres.shared().url,
            connectTimeout: .seconds(10)
        )
        configuration.admission = { _, _ throws(PostgresError) in
            let generation = shared.generation.load(ordering: .relaxed)
            shared.made.add(1, ordering: .relaxed)
            return { shared.generation.load(ordering: .relaxed) == generation }
        }
        try await whileRunning(PostgresPool(PostgresPoolConfiguration(connection: configuration, size: 1))) { pool in
            try await pool.select(1)
            try await pool.select(2)
            #expect(shared.made.load(ordering: .relaxed) == 1)
            shared.generation.add(1, ordering: .relaxed)
            try await pool.select(3)
            #expect(shared.made.load(ordering: .relaxed) == 2)
        }
    }

    @Test func namesEachHostByItself() {
        let several = PostgresConfiguration(url: "postgres://ann:word@one:1,two:2,three:3/shop")
        let one = PostgresConfiguration(url: "postgres://one/shop")

        #expect(several.hosts.count == 3)
        #expect(one.hosts.count == 1)
        #expect(PostgresConfiguration(url: "postgres://[").hosts.isEmpty)
    }

    /// The shared server as if it were two.
    private static func twice() async throws -> String {
        let url = try await TestPostgres.shared().url
        let address = url.drop { $0 != "@" }.dropFirst().prefix { $0 != "/" }
        return url.replacing("@\(address)", with: "@\(address),\(address)")
    }
}

private final class Shared: Sendable {
    let generation = Atomic<Int>(0)
    let made = Atomic<Int>(0)
}
