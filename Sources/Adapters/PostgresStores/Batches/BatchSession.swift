import Kernel
import Logging
import Postgres
import Sales

/// The connection of one writer: opened when needed, given up when in doubt.
///
/// Belongs to the writer's thread.
final class BatchSession {
    /// How long a flush may take before the link counts as lost; longer than the server's own timeouts.
    static let flushTimeout = Duration.seconds(3)
    private static let connectTimeout = Duration.seconds(2)

    private let configuration: PostgresConfiguration
    private let requiresDurability: Bool
    private let beginning: PostgresStatement
    private let retries: RetryMetrics
    private let log: Logger
    private var open: (connection: PostgresConnection, identity: RecordIdentity)?
    private var wasAvailable = true
    /// Whether this writer's batches may be decided by memory.
    var trust: MemoryTrust

    init(_ configuration: WriterConfiguration, writer: String, beginning: PostgresStatement, log: Logger) {
        self.configuration = configuration.session(named: writer)
        requiresDurability = configuration.requiresDurability
        self.beginning = beginning
        trust = MemoryTrust(writer: writer)
        retries = RetryMetrics(writer: writer)
        self.log = log
    }

    /// The connection and the record that it leads to; opens one where there is none.
    func connection() -> (connection: PostgresConnection, identity: RecordIdentity)? {
        if let open, open.connection.isUsable, open.connection.isWelcome { return open }
        open?.connection.close()
        do {
            let connection = try PostgresConnection(configuration, deadline: .now + Self.connectTimeout)
            let identity = try RecordIdentity.read(from: connection, requiresDurability: requiresDurability)
            _ = try connection.query(Self.keepMemory, PostgresParameters(), within: Self.flushTimeout)
            open = (connection, identity)
            if !wasAvailable { log.notice("PostgreSQL is back") }
            wasAvailable = true
        } catch {
            open = nil
            if wasAvailable { log.error("PostgreSQL is away", metadata: ["error": "\(error)"]) }
            wasAvailable = false
        }
        return open
    }

    /// A pipeline that begins a transaction.
    func transaction() -> PostgresPipeline {
        var pipeline = PostgresPipeline()
        pipeline.add(beginning)
        return pipeline
    }

    /// Sends a pipeline that ends with COMMIT; each statement's rows are the outcomes.
    func commit(_ pipeline: PostgresPipeline, on connection: PostgresConnection) -> Attempt<PostgresRows> {
        do throws(PostgresError) {
            let results = try connection.flush(pipeline, within: Self.flushTimeout)
            return results.last?.commandTag == "COMMIT" ? .committed(results) : .conflict
        } catch {
            return failure(error, commitWasSent: true)
        }
    }

    /// What a failed flush means for the batch, and puts the session in order again.
    ///
    /// - Parameters:
    ///   - error: what the driver says.
    ///   - commitWasSent: whether the flush held the COMMIT.
    /// - Returns: the failure to report.
    func failure<Outcome>(_ error: PostgresError, commitWasSent: Bool) -> Attempt<Outcome> {
        retries.retried(error.sqlState?.description ?? "08006")
        guard let state = error.sqlState, !error.connectionLost, let open, open.connection.isUsable else {
            discard(error)
            return commitWasSent ? .unknown : .unavailable
        }
        rollBack()
        if Self.conflicts.contains(state) { return .conflict }
        if state == .readOnlyTransaction || Self.outages.contains(String(state.description.prefix(2))) {
            discard(error)
            return .unavailable
        }
        log.error("PostgreSQL rejects a batch", metadata: ["sqlstate": "\(state)", "error": "\(error)"])
        return .rejected
    }

    /// Ends the transaction without a trace; a session where that fails is given up.
    func rollBack() {
        guard let open else { return }
        do throws(PostgresError) {
            _ = try open.connection.query(Self.rollback, PostgresParameters(), within: Self.flushTimeout)
        } catch {
            discard(error)
        }
    }

    /// Ends a transaction that wrote nothing so that what it has read may be told as committed.
    ///
    /// A transaction whose wait for a synchronous standby was cut short, by a crash or a cancellation, is seen by all
    /// and may yet be lost with its server. So where there is such a standby, this waits until it has everything that
    /// was read, by a commit of its own; else it costs what a rollback does.
    func confirmReading() throws(PostgresError) {
        guard let open else { return }
        _ = try open.connection.flush(within: Self.flushTimeout) { pipeline in
            pipeline.add(ReplicatedReading.confirm)
            pipeline.add(BatchStatements.commit)
        }
    }

    private func discard(_ error: PostgresError) {
        log.warning("a writer's connection was given up", metadata: ["error": "\(error)"])
        open?.connection.close()
        open = nil
    }

    /// Lets the server's process keep up to 8 MiB that its statements have freed; decision 0027.
    ///
    /// glibc gives more than 128 KiB back to the kernel, and each batch takes it out again. A piece of 4 MiB that was
    /// freed raises that limit to twice its size.
    private static let keepMemory = PostgresStatement(name: "", "SELECT length(repeat(' ', 4 << 20))")

    private static let rollback = PostgresStatement(name: "rollback", "ROLLBACK")

    /// Decided against a state that has passed, or held up by other work: run it again.
    private static let conflicts: Set<SQLState> = [
        .serializationFailure, .deadlockDetected, .lockNotAvailable, .uniqueViolation, .queryCanceled, .staleState,
    ]
    /// Classes of SQLSTATE that say the server cannot work now: connection, resources, operator intervention, system.
    private static let outages: Set<String> = ["08", "53", "57", "58", "XX"]
}

extension SQLState {
    /// `FS001`, raised by the function `expect`.
    static let staleState = SQLState("FS001" as StaticString)
}
