import Kernel
import Logging
import Postgres
import Sales

/// One purchase batch as one transaction: decided by a picture of the record, and again in the server at commit.
///
/// The picture is what memory holds, and then all is one flush; or it is read first, and nothing is locked between the
/// two flushes. The last one holds conditional writes, comparisons that raise in the server, and the COMMIT, so that
/// what arrives late or was decided against another state aborts by itself.
struct PostgresPurchaseTransaction: BatchTransaction {
    let session: BatchSession
    private let encoder: any OutcomeEncoder
    private let knowledge: BatchKnowledge
    private let decide: @Sendable ([PurchaseRequest], PurchaseState) -> PurchaseDecision

    init(
        _ configuration: WriterConfiguration,
        encoder: any OutcomeEncoder,
        knowledge: BatchKnowledge,
        log: Logger,
        decide: @escaping @Sendable ([PurchaseRequest], PurchaseState) -> PurchaseDecision = PurchaseDecision.decide
    ) {
        let beginning =
            switch configuration.purchaseIsolation {
            case .serializable: BatchStatements.beginSerializable
            case .readCommitted: BatchStatements.begin
            }
        session = BatchSession(configuration, writer: "purchases", beginning: beginning, log: log)
        self.encoder = encoder
        self.knowledge = knowledge
        self.decide = decide
    }

    func attempt(_ batch: [PurchaseRequest], isRerun: Bool) -> Attempt<PurchaseOutcome> {
        guard let (connection, identity) = session.connection() else { return .unavailable }
        let reading = PurchaseReading(batch)
        if !isRerun, let end = attemptByMemory(batch, reading, on: connection, identity) { return end }
        let asked = knowledge.now
        let state: PurchaseState
        do throws(PostgresError) {
            state = try reading.read(session.transaction(), on: connection)
            knowledge.learn(state.sales.values, clock: state.now, identity: identity, items: [:], asked: asked)
        } catch {
            return session.failure(error, commitWasSent: false)
        }
        let decision = decide(batch, state)
        let decided = DecidedPurchases(batch, decision, decision.purchases.map { encoder.encode($0.purchase) })
        if decision.purchases.isEmpty {
            do throws(PostgresError) { try session.confirmReading() } catch {
                return session.failure(error, commitWasSent: false)
            }
        } else {
            var pipeline = PostgresPipeline()
            decision.add(decided.outcomes, to: &pipeline)
            let end = session.commit(pipeline, on: connection)
            guard case .committed = end else { return end.map { _ in [] } }
        }
        publish(decided, state, identity)
        return .committed(decided.answers(isRerun: isRerun))
    }

    /// Decides by what is remembered and sends all at once; `nil` where that cannot be, or the record is otherwise.
    private func attemptByMemory(
        _ batch: [PurchaseRequest],
        _ reading: PurchaseReading,
        on connection: PostgresConnection,
        _ identity: RecordIdentity
    ) -> Attempt<PurchaseOutcome>? {
        guard let state = reading.believed(of: identity, knowledge: knowledge), session.trust.allowsNext() else {
            return nil
        }
        let decision = decide(batch, state)
        if decision.restsOnState { return nil }
        let decided = DecidedPurchases(batch, decision, decision.purchases.map { encoder.encode($0.purchase) })
        var pipeline = session.transaction()
        decision.add(decided.outcomes, to: &pipeline, checking: state.soldItems)
        let end = session.commit(pipeline, on: connection)
        if case .conflict = end {
            session.trust.disproved()
            knowledge.memory?.forget(decision.purchases.lazy.map { ($0.key, $0.purchase.code) })
            return nil
        }
        return end.map { _ in
            session.trust.confirmed()
            publish(decided, state, identity)
            return decided.answers(isRerun: false)
        }
    }

    /// Tells everybody who could use it what is on record now.
    private func publish(_ decided: DecidedPurchases, _ state: PurchaseState, _ identity: RecordIdentity) {
        knowledge.memory?.remember(decided.decision.purchases, of: identity)
        knowledge.publish(decided.facts(state, identity))
    }
}

extension PurchaseState {
    /// The items in carts that are taken for sold.
    fileprivate var soldItems: Set<ItemKey> {
        Set(checkouts.values.lazy.flatMap { $0.lines.lazy.filter { $0.isSold }.map { $0.item.key } })
    }
}
