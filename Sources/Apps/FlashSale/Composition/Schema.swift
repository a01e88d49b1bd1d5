import Kernel
import Postgres
import PostgresStores

/// The database's schema, reached over a connection of its own.
struct Schema: Sendable {
    let postgres: PostgresConfiguration
    /// How long a database that is starting is waited for.
    var patience = Duration.seconds(30)

    /// Applies what is missing and returns the names; waits for a database that is still starting.
    func migrate() async throws -> [String] { try await onConnection { try Migrator(connection: $0).migrate() } }

    /// Makes sure that the schema is this program's.
    func check() async throws { try await onConnection { try Migrator(connection: $0).check() } }

    /// Makes sure that the server keeps what it acknowledges.
    func requireDurability() async throws { try await onConnection { try UndurableServer.refuse(on: $0) } }

    private func onConnection<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let giveUp = Instant.now + patience
        while true {
            do {
                return try await attempt(body)
            } catch let error as PostgresError where error.isWorthWaitingFor && .now < giveUp {
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    private func attempt<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let outcome = OnceBox<Result<Value, any Error>>()
        var configuration = postgres
        configuration.applicationName = "flashsale schema"
        let thread = DedicatedThread(name: "schema") { [configuration] in
            outcome.set(
                Result {
                    let connection = try PostgresConnection(configuration, deadline: .now + .seconds(5))
                    defer { connection.close() }
                    return try body(connection)
                }
            )
        }
        await thread.join()
        guard let result = outcome.value else { throw CommandFault("the schema's thread gave no result", .broken) }
        return try result.get()
    }
}

extension PostgresError {
    /// Whether the server may simply not be up yet.
    fileprivate var isWorthWaitingFor: Bool {
        sqlState == .cannotConnectNow || (sqlState == nil && code != .configuration)
    }
}
