import Kernel

/// Decides checkouts no faster than codes may be issued; removals and records pass.
public struct PacedCheckoutCommitter: CheckoutCommitter {
    private let committer: any CheckoutCommitter
    private let pacing: PurchasePacing
    private let time: any TimeSource

    /// Puts a pace before a committer.
    public init(_ committer: any CheckoutCommitter, pacing: PurchasePacing, time: any TimeSource) {
        self.committer = committer
        self.pacing = pacing
        self.time = time
    }

    /// Decides one command, or fails with `overloaded` at once where it might open a code and none may be issued.
    public func commit(_ command: CheckoutCommand, by deadline: Instant) async -> Commitment<CheckoutCommandOutcome> {
        guard case .join = command else { return await committer.commit(command, by: deadline) }
        guard pacing.admitsCode(at: time.now) else {
            return .failed(StoreError(.overloaded, "codes are issued as fast as purchases are let in"))
        }
        let commitment = await committer.commit(command, by: deadline)
        if !commitment.mayHaveOpenedACode { pacing.giveCodeBack() }
        return commitment
    }

    /// Puts a refused attempt on record.
    public func record(_ attempt: CheckoutAttempt) -> Bool { committer.record(attempt) }
}

/// Decides purchases at their pace.
public struct PacedPurchaseCommitter: PurchaseCommitter {
    private let committer: any PurchaseCommitter
    private let pacing: PurchasePacing
    private let time: any TimeSource
    private let clock: any Clock<Duration>

    /// Puts a pace before a committer.
    public init(
        _ committer: any PurchaseCommitter,
        pacing: PurchasePacing,
        time: any TimeSource,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.committer = committer
        self.pacing = pacing
        self.time = time
        self.clock = clock
    }

    /// Decides one request when its turn has come, or fails with `overloaded` at once where that would take too long.
    ///
    /// While it waits it can be cancelled, and surely nothing is done then.
    public func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome> {
        guard let wait = pacing.place(at: time.now, by: deadline) else {
            return .failed(StoreError(.overloaded, "more purchases wait than are let in"))
        }
        if wait > .zero {
            do { try await clock.sleep(for: wait) } catch {
                return .failed(StoreError(.timedOut, "whoever waited for a turn has gone"))
            }
        }
        return await committer.commit(request, by: deadline)
    }
}

extension Commitment<CheckoutCommandOutcome> {
    /// The first item of a cart came with its code; a commit that is not known may have.
    fileprivate var mayHaveOpenedACode: Bool {
        switch self {
        case .committed(.joined(let checkout, _)): checkout.items.count == 1
        case .committed: false
        case .failed(let error): error.code == .unknown
        }
    }
}
