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
        }
        publish(decision, outcomes, batch, state, identity)
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

    /// Tells what is sold, who is at the limit, and the outcomes of codes that somebody presented twice.
    private func publish(
        _ decision: PurchaseDecision,
        _ outcomes: [StoredOutcome],
        _ batch: [PurchaseRequest],
        _ state: PurchaseState,
        _ identity: RecordIdentity
    ) {
        var facts: [SaleID: CommittedFacts] = [:]
        func add(to sale: SaleID, _ change: (inout CommittedFacts) -> Void) {
            guard let epoch = state.sales[sale]?.gateEpoch else { return }
            var entry = facts.removeValue(forKey: sale) ?? CommittedFacts(sale: sale, epoch: identity.epoch(epoch))
            change(&entry)
            facts[sale] = entry
        }
        for decided in decision.purchases {
            add(to: decided.purchase.code.sale) { entry in
                for item in decided.purchase.items { entry.sold.append(item.key.number) }
                if decided.reachesLimit { entry.full.append(decided.purchase.userID) }
            }
        }
        for (request, verdict) in zip(batch, decision.verdicts) {
            guard let lock = request.lock, let outcome = verdict.outcome(among: outcomes) else { continue }
            add(to: request.code.sale) { $0.decided.append(.init(code: request.code, outcome: outcome, lock: lock)) }
        }
        knowledge.publish(Array(facts.values))
    }
}

extension PurchaseDecision.Verdict {
    /// The outcome that it leads to; `outcomes` are those of the batch's own purchases.
    fileprivate func outcome(among outcomes: [StoredOutcome]) -> StoredOutcome? {
        switch self {
        case .decided(let index): outcomes[index]
        case .replay(let outcome): outcome
        case .refused: nil
        }
    }
}
