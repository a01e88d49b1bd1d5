import Kernel
import Sales

/// One checkout batch on an ``InMemoryRecord``: two flushes with the real decision between them.
public struct InMemoryCheckouts: Sendable {
    private let record: InMemoryRecord
    private let link: any RecordLink
    private let knowledge: InMemoryKnowledge

    /// Batches that reach the record over `link`.
    public init(record: InMemoryRecord, link: any RecordLink, knowledge: InMemoryKnowledge) {
        self.record = record
        self.link = link
        self.knowledge = knowledge
    }

    /// Runs `batch` as one transaction, once.
    public func attempt(_ batch: [CheckoutCommand], isRerun: Bool) async -> Attempt<CheckoutCommandOutcome> {
        guard await link.connect() else { return .unavailable }
        let record = record
        let reading = await link.read {
            let tables = record.tables
            return (tables.state(for: batch, isRerun: isRerun, at: record.now), tables.identity)
        }
        guard let (state, identity) = reading else { return .unavailable }
        knowledge.learn(state.sales, at: state.now, identity, items: state.imported)
        let decision = decide(batch, state, isRerun: isRerun)
        if decision.writes.isEmpty { return .committed(decision.outcomes) }
        let answer = await link.flush {
            record.change { $0.commit(decision.writes, at: $1, bug: record.bug) }
        }
        switch answer {
        case .committed: return .committed(decision.outcomes)
        case .conflict: return .conflict
        case .rejected: return .rejected
        case .away: return .unavailable
        case nil: return .unknown
        }
    }

    private func decide(_ batch: [CheckoutCommand], _ state: CheckoutState, isRerun: Bool) -> CheckoutDecision {
        switch record.bug {
        case .opensItsOwnCode:
            var forgetful = state
            for key in state.buyers.keys {
                forgetful.buyers[key]?.openCode = nil
                forgetful.buyers[key]?.cart = []
            }
            return CheckoutDecision.decide(batch, forgetful)
        case .dropsRidersInAReRun where isRerun:
            let awaited = batch.filter { if case .record = $0 { false } else { true } }
            return CheckoutDecision.decide(awaited, state)
        default:
            return CheckoutDecision.decide(batch, state)
        }
    }
}
