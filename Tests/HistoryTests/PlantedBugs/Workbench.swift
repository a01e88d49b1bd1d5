import API
import Foundation
import Kernel
import Logging
import Postgres
import Sales
import ServiceLifecycle
import TestSupport

@testable import FlashSale
@testable import PostgresStores

/// One instance on its way to be broken: its ports as they are assembled, and how to put others behind them.
final class Workbench {
    typealias DecideCheckouts = @Sendable ([CheckoutCommand], CheckoutState) -> CheckoutDecision
    typealias DecidePurchases = @Sendable ([PurchaseRequest], PurchaseState) -> PurchaseDecision

    /// What the use cases get.
    var ports: Sales.Ports
    /// What the instance knows.
    let board: SaleBoard
    /// Where its record is.
    let database: String
    /// Writers that were put in; they run before the instance and drain after it.
    private(set) var services: [any Service] = []
    private var configuration: WriterConfiguration

    init(_ ports: Sales.Ports, _ board: SaleBoard, _ settings: AppConfiguration) {
        self.ports = ports
        self.board = board
        database = settings.databaseURL
        configuration = WriterConfiguration(postgres: PostgresConfiguration(url: database))
        configuration.requiresDurability = false
        configuration.purchaseIsolation =
            settings.purchaseIsolation == .readCommitted ? .readCommitted : .serializable
    }

    /// Where this instance's batches tell what they learn.
    var knowledge: BatchKnowledge {
        BatchKnowledge(board: board, gate: ports.checkoutGate, time: SystemTimeSource())
    }

    /// The URL of the record through a proxy.
    static func url(_ database: String, through proxy: FaultProxy) -> String {
        var parts = URLComponents(string: database)
        parts?.host = "127.0.0.1"
        parts?.port = Int(proxy.port)
        return parts?.string ?? database
    }

    /// The port of the record.
    static func port(of database: String) -> UInt16 { UInt16(URLComponents(string: database)?.port ?? 0) }

    /// Puts in a writer of checkouts that decides otherwise.
    func decideCheckouts(_ decide: @escaping DecideCheckouts) {
        writeCheckouts(decide: decide) { base, _ in base }
    }

    /// Puts in a writer of checkouts whose transaction is wrapped.
    func writeCheckouts(
        decide: @escaping DecideCheckouts = CheckoutDecision.decide,
        wrap:
            @escaping @Sendable (PostgresCheckoutTransaction, WriterConfiguration)
            -> any BatchTransaction<CheckoutCommand, CheckoutCommandOutcome>
    ) {
        let (configuration, knowledge) = (configuration, knowledge)
        let writer = CommitWriter(
            name: "checkouts",
            policy: GroupCommitPolicy(),
            time: SystemTimeSource(),
            metrics: BatchMetrics(writer: "checkouts")
        ) {
            wrap(
                PostgresCheckoutTransaction(configuration, knowledge: knowledge, log: .quiet, decide: decide),
                configuration
            )
        }
        ports.checkoutCommitter = CheckoutWriter(writer: writer)
        run(writer)
    }

    /// Puts in a writer of purchases that decides otherwise.
    func decidePurchases(_ decide: @escaping DecidePurchases) {
        writePurchases(decide: decide) { base in base(nil) }
    }

    /// Puts in a writer of purchases whose transaction is made by `wrap`, from ones to any URL (its own for `nil`).
    func writePurchases(
        decide: @escaping DecidePurchases = PurchaseDecision.decide,
        encoder: any OutcomeEncoder = JSONOutcomeEncoder(),
        wrap:
            @escaping @Sendable (@escaping (String?) -> PostgresPurchaseTransaction)
            -> any BatchTransaction<PurchaseRequest, PurchaseOutcome>
    ) {
        let (configuration, knowledge) = (configuration, knowledge)
        let writer = CommitWriter(
            name: "purchases",
            policy: GroupCommitPolicy(),
            time: SystemTimeSource(),
            metrics: BatchMetrics(writer: "purchases")
        ) {
            wrap { url in
                var configuration = configuration
                if let url { configuration.postgres.url = url }
                return PostgresPurchaseTransaction(
                    configuration,
                    encoder: encoder,
                    knowledge: knowledge,
                    log: .quiet,
                    decide: decide
                )
            }
        }
        ports.purchaseCommitter = PurchaseWriter(writer: writer)
        run(writer)
    }

    private func run<Request, Outcome>(_ writer: CommitWriter<Request, Outcome>) {
        services.append(WriterService(work: { await writer.run() }, drain: { writer.drain(by: $0) }))
    }
}

extension Logger {
    /// Says nothing: what a broken service complains about is no news.
    fileprivate static var quiet: Logger {
        var log = Logger(label: "planted")
        log.logLevel = .critical
        return log
    }
}

/// As the service's own committers, with a transaction that a bug has changed.
private struct CheckoutWriter: CheckoutCommitter {
    let writer: CommitWriter<CheckoutCommand, CheckoutCommandOutcome>

    func commit(_ command: CheckoutCommand, by deadline: Instant) async -> Commitment<CheckoutCommandOutcome> {
        await writer.commit(command, by: deadline)
    }

    func record(_ attempt: CheckoutAttempt) -> Bool { writer.record(.record(attempt)) }
}

private struct PurchaseWriter: PurchaseCommitter {
    let writer: CommitWriter<PurchaseRequest, PurchaseOutcome>

    func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome> {
        await writer.commit(request, by: deadline)
    }
}
