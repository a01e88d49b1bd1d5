import Kernel
import Sales

// Decorators whose closures say what is different; everything else is passed on.

/// A transaction that does something else around the real one.
struct PatchedTransaction<Request: Sendable, Outcome: Sendable>: BatchTransaction {
    let body: ([Request], Bool) -> Attempt<Outcome>

    func attempt(_ batch: [Request], isRerun: Bool) -> Attempt<Outcome> { body(batch, isRerun) }
}

/// A committer of checkouts that answers some commands itself.
struct PatchedCheckouts: CheckoutCommitter {
    let base: any CheckoutCommitter
    /// Changes a command, or answers it.
    var join: @Sendable (CheckoutRequest) -> Joining = { .pass($0) }
    /// Whether attempts are written.
    var records = true

    enum Joining {
        case pass(CheckoutRequest)
        case refuse(CheckoutRefusal)
    }

    func commit(_ command: CheckoutCommand, by deadline: Instant) async -> Commitment<CheckoutCommandOutcome> {
        guard case .join(let request) = command else { return await base.commit(command, by: deadline) }
        switch join(request) {
        case .pass(let request): return await base.commit(.join(request), by: deadline)
        case .refuse(let refusal):
            _ = base.record(CheckoutAttempt(of: request, refusal))
            return .committed(.refused(refusal))
        }
    }

    func record(_ attempt: CheckoutAttempt) -> Bool { records ? base.record(attempt) : true }
}

extension CheckoutAttempt {
    fileprivate init(of request: CheckoutRequest, _ refusal: CheckoutRefusal) {
        self.init(
            id: request.attemptID,
            userID: request.userID,
            itemID: request.itemID,
            item: request.item,
            code: nil,
            outcome: refusal.outcome,
            attemptedAt: request.attemptID.time
        )
    }
}

/// A committer of purchases around the real one.
struct PatchedPurchases: PurchaseCommitter {
    let body: @Sendable (PurchaseRequest, Instant) async -> Commitment<PurchaseOutcome>

    func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome> {
        await body(request, deadline)
    }
}

/// A gate that says or is told something else.
struct PatchedGate: CheckoutGate {
    let base: any CheckoutGate
    var admission: @Sendable (Admission, ItemKey) -> Admission = { admission, _ in admission }
    var facts: @Sendable (CommittedFacts) -> CommittedFacts = { $0 }

    func admit(_ user: UserID, _ item: ItemKey, epoch: GateEpoch) async -> Admission {
        admission(await base.admit(user, item, epoch: epoch), item)
    }

    func observe(_ facts: [CommittedFacts]) { base.observe(facts.map(self.facts)) }
}
