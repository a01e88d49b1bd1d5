import Kernel
import Postgres
import Traces

/// How writers talk to PostgreSQL.
public struct WriterConfiguration: Sendable {
    /// The isolation of purchase batches; no promise rests on it.
    public enum Isolation: String, Sendable {
        /// The second belt.
        case serializable = "SERIALIZABLE"
        /// What every rule must hold at.
        case readCommitted = "READ COMMITTED"
    }

    /// Where PostgreSQL is.
    public var postgres: PostgresConfiguration
    /// The isolation of purchase batches.
    public var purchaseIsolation = Isolation.serializable
    /// Whether a server that runs without fsync is refused.
    public var requiresDurability = true
    /// The bounds of the queues.
    public var policy = GroupCommitPolicy()
    /// Told of batches; `nil` where nothing is traced.
    public var tracer: Tracer?
    /// Writers of one configuration, copies of it included, take turns.
    let turns = CommitTurns()

    /// Writers that talk to the given server with the default bounds.
    public init(postgres: PostgresConfiguration) { self.postgres = postgres }

    /// The session of a writer.
    ///
    /// Planner settings pin every statement to index look-ups by nested loops: a generic plan made while a table was
    /// empty would otherwise stay a sequential scan for the session. Timeouts keep a stopped service from holding
    /// anything for long.
    func session(named writer: String) -> PostgresConfiguration {
        var session = postgres
        session.applicationName = "flashsale \(writer)"
        session.sessionSettings += [
            ("synchronous_commit", "on"), ("plan_cache_mode", "force_generic_plan"), ("jit", "off"),
            ("enable_seqscan", "off"), ("enable_bitmapscan", "off"), ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"), ("enable_material", "off"), ("lock_timeout", "500ms"),
            ("statement_timeout", "2s"), ("idle_in_transaction_session_timeout", "5s"),
        ]
        return session
    }
}
