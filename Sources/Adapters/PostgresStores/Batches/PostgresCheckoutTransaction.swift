import Kernel
import Logging
import Postgres
import Sales

/// One checkout batch as one transaction: read, decide, and decide again in the server at commit.
///
/// READ COMMITTED: every rule is a conditional write or a constraint. Two flushes, nothing locked between them; ids of
/// imported items that nobody has asked for yet cost one more read before.
struct PostgresCheckoutTransaction: BatchTransaction {
    private let session: BatchSession
    private let knowledge: BatchKnowledge
    private let decide: @Sendable ([CheckoutCommand], CheckoutState) -> CheckoutDecision

    init(
        _ configuration: WriterConfiguration,
        knowledge: BatchKnowledge,
        log: Logger,
        decide: @escaping @Sendable ([CheckoutCommand], CheckoutState) -> CheckoutDecision = CheckoutDecision.decide
    ) {
        session = BatchSession(configuration, writer: "checkouts", log: log)
        self.knowledge = knowledge
        self.decide = decide
    }

    func attempt(_ batch: [CheckoutCommand], isRerun: Bool) -> Attempt<CheckoutCommandOutcome> {
        guard let (connection, identity) = session.connection() else { return .unavailable }
        let reading = CheckoutReading(batch, isRerun: isRerun)
        let decision: CheckoutDecision
        do throws(PostgresError) {
            let state = try reading.read(on: connection, knowledge: knowledge)
            knowledge.learn(state.sales.values, clock: state.now, identity: identity, items: state.imported)
            decision = decide(batch, state)
            if decision.writes.isEmpty {
                session.rollBack()
                return .committed(decision.outcomes)
            }
        } catch {
            return session.failure(error, commitWasSent: false)
        }
        do throws(PostgresError) {
            let results = try connection.flush(decision.writes.pipeline(), within: BatchSession.flushTimeout)
            return results.last?.commandTag == "COMMIT" ? .committed(decision.outcomes) : .conflict
        } catch {
            return session.failure(error, commitWasSent: true)
        }
    }
}
