import Kernel
import Logging
import Sales

/// Decides checkout commands in PostgreSQL, many to a transaction.
public struct PostgresCheckoutCommitter: CheckoutCommitter {
    private let writer: CommitWriter<CheckoutCommand, CheckoutCommandOutcome>

    /// A committer with one writer; nothing is written before ``run()``.
    public init(
        _ configuration: WriterConfiguration,
        knowledge: BatchKnowledge,
        time: any TimeSource,
        log: Logger
    ) {
        writer = CommitWriter(
            name: "checkouts",
            policy: configuration.policy,
            time: time,
            metrics: BatchMetrics(writer: "checkouts"),
            tracer: configuration.tracer,
            turns: configuration.turns
        ) { PostgresCheckoutTransaction(configuration, knowledge: knowledge, log: log) }
    }

    /// Decides one command, together with whatever else waits.
    public func commit(
        _ command: CheckoutCommand,
        by deadline: Instant
    ) async -> Commitment<CheckoutCommandOutcome> {
        await writer.commit(command, by: deadline)
    }

    /// Puts a refused attempt on record with a later batch.
    public func record(_ attempt: CheckoutAttempt) -> Bool { writer.record(.record(attempt)) }

    /// How many commands wait for a batch.
    public var queuedCount: Int { writer.queuedCount }

    /// Writes until drained.
    public func run() async { await writer.run() }

    /// Accepts nothing new, writes what was accepted, and gives up on it at `deadline`.
    public func drain(by deadline: Instant) { writer.drain(by: deadline) }
}

/// Decides purchases in PostgreSQL, many to a transaction.
public struct PostgresPurchaseCommitter: PurchaseCommitter {
    private let writer: CommitWriter<PurchaseRequest, PurchaseOutcome>

    /// A committer with one writer; nothing is written before ``run()``.
    public init(
        _ configuration: WriterConfiguration,
        encoder: any OutcomeEncoder,
        knowledge: BatchKnowledge,
        time: any TimeSource,
        log: Logger
    ) {
        writer = CommitWriter(
            name: "purchases",
            policy: configuration.policy,
            time: time,
            metrics: BatchMetrics(writer: "purchases"),
            tracer: configuration.tracer,
            turns: configuration.turns
        ) { PostgresPurchaseTransaction(configuration, encoder: encoder, knowledge: knowledge, log: log) }
    }

    /// Decides one request, together with whatever else waits.
    public func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome> {
        await writer.commit(request, by: deadline)
    }

    /// How many requests wait for a batch.
    public var queuedCount: Int { writer.queuedCount }

    /// Writes until drained.
    public func run() async { await writer.run() }

    /// Accepts nothing new, writes what was accepted, and gives up on it at `deadline`.
    public func drain(by deadline: Instant) { writer.drain(by: deadline) }
}
