import Kernel

/// Decides checkout commands in batches and answers when the decision is on disk.
public protocol CheckoutCommitter: Sendable {
    /// Decides one command, together with whatever else waits.
    ///
    /// Not cancellable: once accepted it is decided or dropped at `deadline`. Cost: its share of two round trips.
    func commit(_ command: CheckoutCommand, by deadline: Instant) async -> Commitment<CheckoutCommandOutcome>

    /// Puts an attempt that was refused on a proven fact on record with a later batch, within a second.
    ///
    /// - Returns: `false` when too many wait or the oldest waits too long; then the refusal must not be given.
    func record(_ attempt: CheckoutAttempt) -> Bool
}

/// Decides purchases in batches and answers when the decision is on disk.
public protocol PurchaseCommitter: Sendable {
    /// Decides one request, together with whatever else waits.
    ///
    /// Not cancellable: once accepted it is decided or dropped at `deadline`. Cost: its share of two round trips.
    func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome>
}
