import Kernel
import Logging
import Postgres
import Sales

/// One checkout batch as one transaction: decided by a picture of the record, and again in the server at commit.
///
/// READ COMMITTED: every rule is a conditional write, a comparison or a constraint. The picture is what memory holds, and
/// then all is one flush; or it is read first, and nothing is locked between the two flushes. Ids of imported items that
/// nobody has asked for yet cost one more read before.
struct PostgresCheckoutTransaction: BatchTransaction {
    let session: BatchSession
    private let knowledge: BatchKnowledge
    private let decide: @Sendable ([CheckoutCommand], CheckoutState) -> CheckoutDecision

    init(
        _ configuration: WriterConfiguration,
        knowledge: BatchKnowledge,
        log: Logger,
        decide: @escaping @Sendable ([CheckoutCommand], CheckoutState) -> CheckoutDecision = CheckoutDecision.decide
    ) {
        session = BatchSession(configuration, writer: "checkouts", beginning: BatchStatements.begin, log: log)
        self.knowledge = knowledge
        self.decide = decide
    }

    func attempt(_ batch: [CheckoutCommand], isRerun: Bool) -> Attempt<CheckoutCommandOutcome> {
        guard let (connection, identity) = session.connection() else { return .unavailable }
        let reading = CheckoutReading(batch, isRerun: isRerun)
        if !isRerun, let end = attemptByMemory(batch, reading, on: connection, identity) { return end }
        let asked = knowledge.now
        let (decision, items): (CheckoutDecision, [ItemKey: Item])
        do throws(PostgresError) {
            let state: CheckoutState
            (state, items) = try reading.read(session.transaction(), on: connection, knowledge: knowledge)
            let (sales, imported) = (state.sales.values, state.imported)
            knowledge.learn(sales, clock: state.now, identity: identity, items: imported, asked: asked)
            decision = decide(batch, state)
            if decision.writes.isEmpty {
                try session.confirmReading()
                return .committed(decision.outcomes)
            }
        } catch {
            return session.failure(error, commitWasSent: false)
        }
        var pipeline = PostgresPipeline()
        decision.writes.add(to: &pipeline)
        return session.commit(pipeline, on: connection).map { _ in
            knowledge.memory?.remember(decision.writes, items, of: identity)
            return decision.outcomes
        }
    }

    /// Decides by what is remembered and sends all at once; `nil` where that cannot be, or the record is otherwise.
    private func attemptByMemory(
        _ batch: [CheckoutCommand],
        _ reading: CheckoutReading,
        on connection: PostgresConnection,
        _ identity: RecordIdentity
    ) -> Attempt<CheckoutCommandOutcome>? {
        guard let memory = knowledge.memory, let state = reading.believed(of: identity, knowledge: knowledge),
            session.trust.allowsNext()
        else { return nil }
        let decision = decide(batch, state)
        if decision.restsOnState { return nil }
        let units = Array(state.units.keys)
        var pipeline = session.transaction()
        decision.writes.add(to: &pipeline, checking: units)
        let end = session.commit(pipeline, on: connection)
        switch end {
        case .committed(let results):
            guard let items = try? units.isEmpty ? [:] : results.dropLast().last?.items(units) else { break }
            memory.remember(decision.writes, items, of: identity)
        case .conflict:
            session.trust.disproved()
            memory.forget(decision.writes.buyers.lazy.map { ($0.key, $0.buyer.openCode) })
            return nil
        default: break
        }
        return end.map { _ in
            session.trust.confirmed()
            return decision.outcomes
        }
    }
}
