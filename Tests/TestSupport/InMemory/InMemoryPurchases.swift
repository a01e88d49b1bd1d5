import Kernel
import Sales
import Synchronization

/// One purchase batch on an ``InMemoryRecord``: two flushes with the real decision between them.
public final class InMemoryPurchases: Sendable {
    private typealias Decided = (decision: PurchaseDecision, outcomes: [StoredOutcome])

    private let record: InMemoryRecord
    private let link: any RecordLink
    private let encoder: any OutcomeEncoder
    private let knowledge: InMemoryKnowledge
    /// For the broken variant that answers from memory.
    private let remembered = Mutex<[CheckoutCode: StoredOutcome]>([:])

    /// Batches that reach the record over `link`.
    public init(
        record: InMemoryRecord,
        link: any RecordLink,
        encoder: any OutcomeEncoder,
        knowledge: InMemoryKnowledge
    ) {
        self.record = record
        self.link = link
        self.encoder = encoder
        self.knowledge = knowledge
    }

    /// Runs `batch` as one transaction, once.
    public func attempt(_ batch: [PurchaseRequest], isRerun: Bool) async -> Attempt<PurchaseOutcome> {
        guard await link.connect() else { return .unavailable }
        let record = record
        let reading = await link.read { (record.tables.state(for: batch, at: record.now), record.tables.identity) }
        guard let (state, identity) = reading else { return .unavailable }
        knowledge.learn(state.sales, at: state.now, identity)
        let decision = PurchaseDecision.decide(batch, state)
        let decided = Decided(decision, decision.purchases.map { encoder.encode($0.purchase) })
        let facts = facts(decided, batch, state, identity)
        if record.bug == .tellsFactsBeforeCommit { knowledge.publish(facts) }
        if decision.purchases.isEmpty {
            knowledge.publish(facts)
            return .committed(answers(decided, isRerun: isRerun))
        }
        switch await commit(decided) {
        case .committed:
            knowledge.publish(record.bug == .tellsFactsUnderItsOwnEpoch ? underOwnEpoch(facts) : facts)
            return .committed(answers(decided, isRerun: isRerun))
        case .conflict: return .conflict
        case .rejected: return .rejected
        case .away: return .unavailable
        case nil: return await resolve(batch, decided)
        }
    }

    private func commit(_ decided: Decided) async -> FlushAnswer? {
        let (record, link) = (record, link)
        let flush: @Sendable () -> FlushAnswer = {
            record.change { $0.commit(decided.decision, decided.outcomes, at: $1, bug: record.bug) }
        }
        switch record.bug {
        case .answersBeforeCommit:
            _ = await link.flush(flush)
            return .committed
        case .storesTheOutcomeLater:
            guard let answer = await link.flush(flush), answer == .committed else { return nil }
            return await link.flush {
                record.change { tables, _ in tables.storeOutcomes(of: decided.decision, decided.outcomes) }
                return .committed
            }
        default:
            return await link.flush(flush)
        }
    }

    /// After an unknown commit: the batch is run again, but for the broken variants.
    private func resolve(_ batch: [PurchaseRequest], _ decided: Decided) async -> Attempt<PurchaseOutcome> {
        if record.bug == .answersBytesFromMemory {
            for (purchase, outcome) in zip(decided.decision.purchases, decided.outcomes) {
                remembered.withLock { if $0[purchase.purchase.code] == nil { $0[purchase.purchase.code] = outcome } }
            }
        }
        guard record.bug == .takesAbsentForNo else { return .unknown }
        let record = record
        let isAbsent = await link.read { batch.allSatisfy { record.tables.purchases[$0.code] == nil } }
        return isAbsent == true ? .rejected : .unknown
    }

    private func answers(_ decided: Decided, isRerun: Bool) -> [PurchaseOutcome] {
        var answered: Set<Int> = []
        return decided.decision.verdicts.map { verdict in
            switch verdict {
            case .decided(let index):
                let code = decided.decision.purchases[index].purchase.code
                let outcome = remembered.withLock { $0[code] } ?? decided.outcomes[index]
                return .decided(outcome, replayed: !answered.insert(index).inserted)
            case .replay(let outcome): return .decided(outcome, replayed: !isRerun)
            case .refused(let refusal): return .refused(refusal)
            }
        }
    }

    private func facts(
        _ decided: Decided,
        _ batch: [PurchaseRequest],
        _ state: PurchaseState,
        _ identity: RecordIdentity
    ) -> [CommittedFacts] {
        var facts: [SaleID: CommittedFacts] = [:]
        for sale in state.sales.values {
            facts[sale.id] = CommittedFacts(sale: sale.id, epoch: identity.epoch(sale.gateEpoch))
        }
        for entry in decided.decision.purchases {
            let sale = entry.purchase.code.sale
            facts[sale]?.sold += entry.purchase.items.map(\.key.number)
            if entry.reachesLimit { facts[sale]?.full.append(entry.purchase.userID) }
        }
        for (request, verdict) in zip(batch, decided.decision.verdicts) {
            guard let lock = request.lock else { continue }
            switch verdict {
            case .decided(let index):
                let outcome = decided.outcomes[index]
                facts[request.code.sale]?.decided.append(.init(code: request.code, outcome: outcome, lock: lock))
            case .replay(let outcome):
                facts[request.code.sale]?.decided.append(.init(code: request.code, outcome: outcome, lock: lock))
            case .refused: continue
            }
        }
        return facts.values.filter { !($0.sold.isEmpty && $0.full.isEmpty && $0.decided.isEmpty) }
            .sorted { $0.sale < $1.sale }
    }

    private func underOwnEpoch(_ facts: [CommittedFacts]) -> [CommittedFacts] {
        facts.map { entry in
            guard let epoch = knowledge.board.knowledge(of: entry.sale)?.epoch else { return entry }
            var changed = CommittedFacts(sale: entry.sale, epoch: epoch)
            changed.sold = entry.sold
            changed.full = entry.full
            changed.decided = entry.decided
            return changed
        }
    }
}
