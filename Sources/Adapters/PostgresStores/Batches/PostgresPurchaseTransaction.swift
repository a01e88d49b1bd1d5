import Kernel
import Logging
import Postgres
import Sales

/// One purchase batch as one transaction: read, decide, and decide again in the server at commit.
///
/// Two flushes. Nothing is locked between them; the second one holds conditional writes, comparisons that raise in the
/// server, and the COMMIT, so that what arrives late or was decided against a past state aborts by itself.
struct PostgresPurchaseTransaction: BatchTransaction {
    private let session: BatchSession
    private let begin: PostgresStatement
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
        session = BatchSession(configuration, writer: "purchases", log: log)
        begin =
            switch configuration.purchaseIsolation {
            case .serializable: BatchStatements.beginSerializable
            case .readCommitted: BatchStatements.begin
            }
        self.encoder = encoder
        self.knowledge = knowledge
        self.decide = decide
    }

    func attempt(_ batch: [PurchaseRequest], isRerun: Bool) -> Attempt<PurchaseOutcome> {
        guard let (connection, identity) = session.connection() else { return .unavailable }
        let state: PurchaseState
        do throws(PostgresError) {
            state = try read(batch, on: connection, identity: identity)
        } catch {
            return session.failure(error, commitWasSent: false)
        }
        let decision = decide(batch, state)
        let outcomes = decision.purchases.map { encoder.encode($0.purchase) }
        if decision.purchases.isEmpty {
            session.rollBack()
        } else {
            do throws(PostgresError) {
                let results = try connection.flush(decision.pipeline(outcomes), within: BatchSession.flushTimeout)
                guard results.last?.commandTag == "COMMIT" else { return .conflict }
            } catch {
                return session.failure(error, commitWasSent: true)
            }
            publish(decision, outcomes, batch, state, identity)
        }
        return .committed(answers(decision, outcomes, isRerun: isRerun))
    }

    private func read(
        _ batch: [PurchaseRequest],
        on connection: PostgresConnection,
        identity: RecordIdentity
    ) throws(PostgresError) -> PurchaseState {
        var codes: [CheckoutCode] = []
        var seen: Set<CheckoutCode> = []
        for request in batch where seen.insert(request.code).inserted { codes.append(request.code) }
        var pipeline = PostgresPipeline()
        pipeline.add(begin)
        pipeline.add(
            BatchStatements.readSales,
            PostgresParameters { $0.int64Array(Set(codes.map { $0.sale.number }).sorted()) }
        )
        pipeline.add(
            PurchaseStatements.read,
            PostgresParameters { parameters in
                parameters.int64Array(codes.lazy.map { $0.sale.number })
                parameters.uuidArray(codes.lazy.map { $0.secret.uuid })
            }
        )
        let results = try connection.flush(pipeline, within: BatchSession.flushTimeout)
        let (clock, sales) = try results[1].clockAndSales()
        var state = PurchaseState(now: clock)
        state.sales = sales
        state.checkouts = try RedeemableCheckout.read(results[2], of: codes)
        knowledge.learn(sales.values, clock: clock, identity: identity, items: [:])
        return state
    }

    private func answers(
        _ decision: PurchaseDecision,
        _ outcomes: [StoredOutcome],
        isRerun: Bool
    ) -> [PurchaseOutcome] {
        var answered: Set<Int> = []
        return decision.verdicts.map { verdict in
            switch verdict {
            case .decided(let index):
                .decided(outcomes[index], replayed: !answered.insert(index).inserted)
            case .replay(let outcome):
                // What a rerun finds may well be this very request's own commit.
                .decided(outcome, replayed: !isRerun)
            case .refused(let refusal):
                .refused(refusal)
            }
        }
    }

    private func publish(
        _ decision: PurchaseDecision,
        _ outcomes: [StoredOutcome],
        _ batch: [PurchaseRequest],
        _ state: PurchaseState,
        _ identity: RecordIdentity
    ) {
        var locks: [CheckoutCode: LockToken] = [:]
        for request in batch { locks[request.code] = locks[request.code] ?? request.lock }
        var facts: [SaleID: CommittedFacts] = [:]
        for (decided, outcome) in zip(decision.purchases, outcomes) {
            let code = decided.purchase.code
            guard let sale = state.sales[code.sale] else { continue }
            var entry =
                facts.removeValue(forKey: sale.id)
                ?? CommittedFacts(sale: sale.id, epoch: identity.epoch(sale.gateEpoch))
            entry.sold += decided.purchase.items.map { $0.key.number }
            if decided.reachesLimit { entry.full.append(decided.purchase.userID) }
            entry.decided.append(.init(code: code, outcome: outcome, lock: locks[code]))
            facts[sale.id] = entry
        }
        knowledge.publish(Array(facts.values))
    }
}
