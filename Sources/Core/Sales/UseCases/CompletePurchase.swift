import Kernel

/// Redeems a checkout code: buys what is left of its items, once and for ever.
///
/// The record decides. Where a copy of the request may be about, the gate is asked first: it replays outcomes that are
/// known and keeps copies from being decided twice.
public struct CompletePurchase: Sendable {
    /// How long a copy of a request waits for the first one's outcome before it joins a batch itself.
    static let patience = Duration.milliseconds(100)
    private static let pause = Duration.milliseconds(10)

    let board: SaleBoard
    let underWay: PurchasesUnderWay
    let gate: any PurchaseGate
    let committer: any PurchaseCommitter
    let random: any RandomSource
    let time: any TimeSource
    let clock: any Clock<Duration>
    let metrics: any SalesMetrics

    /// Decides the code by `deadline`, or answers what was decided before.
    ///
    /// Always safe to repeat: the same code gives the same bytes. A code that is not `owner`'s, if there has to be one,
    /// is not found; the gate does not know owners, so that it is not asked then.
    /// - Throws: ``StoreError``; `.unknown` when the decision may or may not be on disk yet.
    public func execute(
        _ code: CheckoutCode,
        of owner: UserID?,
        by deadline: Instant
    ) async throws(StoreError) -> PurchaseOutcome {
        defer { underWay.leave(code) }
        if underWay.enter(code) || owner != nil {
            let request = PurchaseRequest(code: code, lock: nil, owner: owner)
            return answer(try await committer.commit(request, by: deadline).get())
        }
        return try await executeAgain(code, by: deadline)
    }

    /// Redeems a code that this instance has met before.
    private func executeAgain(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> PurchaseOutcome {
        let lock = LockToken(value: random.next())
        let admission = await begin(code, lock, by: deadline)
        if case .done(let outcome) = admission {
            return answer(.decided(outcome, replayed: true))
        }
        let holdsLock = admission == .locked
        let request = PurchaseRequest(code: code, lock: holdsLock ? lock : nil)
        let commitment = await committer.commit(request, by: deadline)
        // An outcome releases the lock itself, when the gate learns of it; an unknown one keeps it until it expires, so
        // that copies keep waiting.
        if holdsLock, !commitment.keepsLock { gate.abort(code, lock: lock) }
        return answer(try commitment.get())
    }

    private func begin(_ code: CheckoutCode, _ lock: LockToken, by deadline: Instant) async -> PurchaseAdmission {
        let start = time.now
        let giveUp = min(start + Self.patience, deadline)
        while true {
            guard let epoch = board.epoch(of: code.sale, at: time.now) else { return .cold }
            let admission = await gate.begin(code, lock: lock, epoch: epoch)
            metrics.lockAsked(admission)
            guard admission == .busy, time.now + Self.pause < giveUp else { return admission }
            do { try await clock.sleep(for: Self.pause) } catch { return admission }
        }
    }

    private func answer(_ outcome: PurchaseOutcome) -> PurchaseOutcome {
        metrics.purchaseAnswered(outcome)
        return outcome
    }
}

extension Commitment<PurchaseOutcome> {
    fileprivate var keepsLock: Bool {
        switch self {
        case .committed(.decided): true
        case .committed(.refused): false
        case .failed(let error): error.code == .unknown
        }
    }
}
