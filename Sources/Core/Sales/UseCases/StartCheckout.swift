import Kernel

/// Puts an item into the user's open checkout, opening one if there is none.
///
/// Proven facts refuse at once, from memory or from the gate; everything else is decided by the record.
public struct StartCheckout: Sendable {
    /// What a client asks for.
    public struct Request: Sendable {
        /// Who asks.
        public let user: UserID
        /// What for.
        public let item: ItemID
        let sale: NamedSale?

        /// Puts a request together from its parts.
        public init(user: UserID, item: ItemID, sale: NamedSale?) {
            self.user = user
            self.item = item
            self.sale = sale
        }
    }

    /// What came of it.
    public enum Outcome: Hashable, Sendable {
        /// The item is in the checkout.
        case joined(Checkout, Allowance)
        /// It was refused, and the attempt is or will be on record.
        case refused(CheckoutRefusal, now: Timestamp?)
    }

    let board: SaleBoard
    let gate: any CheckoutGate
    let committer: any CheckoutCommitter
    let attempts: AttemptIDs
    let random: any RandomSource
    let time: any TimeSource
    let metrics: any SalesMetrics

    /// Decides the request by `deadline`.
    ///
    /// Repeating it is harmless: the same item again gives the same code and the same count.
    /// - Throws: ``StoreError`` when there is no answer; whatever its code, repeating the call is harmless.
    public func execute(_ request: Request, by deadline: Instant) async throws(StoreError) -> Outcome {
        let item = board.item(of: request.item)
        if let item, request.sale == nil || request.sale == .id(item.sale) {
            if let refused = await refusedByFact(request, item) { return refused }
        }
        let attempt = attempts.next()
        let command = CheckoutRequest(
            attemptID: attempt,
            userID: request.user,
            itemID: request.item,
            item: item,
            sale: request.sale,
            secret: CodeSecret(at: attempt.time, from: random)
        )
        switch try await committer.commit(.join(command), by: deadline).get() {
        case .joined(let checkout, let allowance):
            metrics.checkoutAnswered(outcome: CheckoutAttempt.accepted, by: .record)
            return .joined(checkout, allowance)
        case .refused(let refusal):
            metrics.checkoutAnswered(outcome: refusal.outcome, by: .record)
            return .refused(refusal, now: board.recordClock(at: time.now))
        case .superseded:
            throw StoreError(.unknown, "the attempt was accepted, and its checkout has moved on since")
        case .removed, .checkoutNotFound, .checkoutCompleted, .recorded:
            throw StoreError(.corrupt, "a checkout was answered with another command's outcome")
        }
    }

    private func refusedByFact(_ request: Request, _ item: ItemKey) async -> Outcome? {
        switch board.advice(for: request.user, request.item, item, at: time.now) {
        case .askRecord:
            return nil
        case .filterMiss:
            metrics.filterAsked(.miss)
            return nil
        case .refuse(let refusal, let clock):
            return give(refusal, by: .memory, to: request, item, at: clock)
        case .askGate(let epoch, let clock, let onFilterHit):
            let admission = await gate.admit(request.user, item, epoch: epoch)
            if onFilterHit { metrics.filterAsked(admission == .sold ? .confirmed : .unconfirmed) }
            return confirm(admission, epoch, request, item, at: clock)
        }
    }

    private func confirm(
        _ admission: Admission,
        _ epoch: GateEpoch,
        _ request: Request,
        _ item: ItemKey,
        at clock: Timestamp
    ) -> Outcome? {
        var facts = CommittedFacts(sale: item.sale, epoch: epoch)
        let refusal: CheckoutRefusal
        switch admission {
        case .go, .cold:
            return nil
        case .sold:
            facts.sold = [item.number]
            refusal = .itemSold
        case .limit:
            facts.full = [request.user]
            refusal = .userLimit
        }
        board.learn(facts)
        return give(refusal, by: .gate, to: request, item, at: clock)
    }

    /// Gives a fast refusal, unless its attempt cannot be promised to reach the record.
    private func give(
        _ refusal: CheckoutRefusal,
        by decider: CheckoutDecider,
        to request: Request,
        _ item: ItemKey,
        at clock: Timestamp
    ) -> Outcome? {
        let attempt = CheckoutAttempt(
            id: attempts.next(),
            userID: request.user,
            itemID: request.item,
            item: item,
            code: nil,
            outcome: refusal.outcome,
            attemptedAt: clock
        )
        guard committer.record(attempt) else { return nil }
        metrics.checkoutAnswered(outcome: refusal.outcome, by: decider)
        return .refused(refusal, now: clock)
    }
}
