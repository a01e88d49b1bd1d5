import Logging
import Postgres
import PostgresStores

/// The hosts that the database may be at, and the fence before them.
struct Hosts: Sendable {
    /// Behind the fence.
    let postgres: PostgresConfiguration
    private let fence: RecordFence

    init(_ configuration: AppConfiguration, log: Logger) {
        fence = RecordFence(log: log)
        postgres = fence.guarding(configuration.postgres)
    }

    /// Lets the fence learn of a newer primary that nobody was led to; with one host it does nothing.
    func look() async {
        guard postgres.hosts.count > 1 else { return }
        await DedicatedThread(name: "hosts") { fence.look(at: postgres) }.join()
    }
}

extension AppConfiguration {
    /// How sessions with the database begin; what they are for comes on top.
    fileprivate var postgres: PostgresConfiguration {
        PostgresConfiguration(url: databaseURL, isPooled: postgresPooler == .transaction)
    }
}
