import Kernel
import Sales

/// A batch of purchase requests with what was decided, and the outcomes as they go on record.
struct DecidedPurchases {
    let batch: [PurchaseRequest]
    let decision: PurchaseDecision
    /// Those of the decision's purchases, in their order.
    let outcomes: [StoredOutcome]

    init(_ batch: [PurchaseRequest], _ decision: PurchaseDecision, _ outcomes: [StoredOutcome]) {
        self.batch = batch
        self.decision = decision
        self.outcomes = outcomes
    }

    /// The requests' answers, in their order.
    func answers(isRerun: Bool) -> [PurchaseOutcome] {
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

    /// What is sold, who is at the limit, and the outcomes of codes that somebody presented twice.
    func facts(_ state: PurchaseState, _ identity: RecordIdentity) -> [CommittedFacts] {
        // A list, because a batch is of one sale or of few.
        var facts: [CommittedFacts] = []
        func add(to sale: SaleID, _ change: (inout CommittedFacts) -> Void) {
            if let known = facts.firstIndex(where: { $0.sale == sale }) { return change(&facts[known]) }
            guard let epoch = state.sales[sale]?.gateEpoch else { return }
            facts.append(CommittedFacts(sale: sale, epoch: identity.epoch(epoch)))
            change(&facts[facts.count - 1])
        }
        for decided in decision.purchases {
            add(to: decided.purchase.code.sale) { entry in
                for item in decided.purchase.items { entry.sold.append(item.key.number) }
                if decided.reachesLimit { entry.full.append(decided.purchase.userID) }
            }
        }
        for (request, verdict) in zip(batch, decision.verdicts) {
            guard let lock = request.lock, let outcome = outcome(of: verdict) else { continue }
            add(to: request.code.sale) { $0.decided.append(.init(code: request.code, outcome: outcome, lock: lock)) }
        }
        return facts
    }

    private func outcome(of verdict: PurchaseDecision.Verdict) -> StoredOutcome? {
        switch verdict {
        case .decided(let index): outcomes[index]
        case .replay(let outcome): outcome
        case .refused: nil
        }
    }
}
