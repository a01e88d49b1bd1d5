import Kernel

/// The gate in front of purchases: replays known outcomes and keeps copies of one code from being decided twice.
///
/// Decides nothing. Gone, slow or forgetful, it is `.cold`; never throws.
public protocol PurchaseGate: Sendable {
    /// Looks for the outcome of a code and otherwise takes the lock on it, for at most one second.
    func begin(_ code: CheckoutCode, lock: LockToken, epoch: GateEpoch) async -> PurchaseAdmission

    /// Gives the lock back without an outcome; not awaited.
    func abort(_ code: CheckoutCode, lock: LockToken)

    /// Whether somebody holds the lock on a code: a hint, `false` when the gate is away.
    func isLocked(_ code: CheckoutCode) async -> Bool
}

/// What the gate says to a purchase.
public enum PurchaseAdmission: Hashable, Sendable {
    /// The code is decided; this is its outcome.
    case done(StoredOutcome)
    /// The lock is the caller's.
    case locked
    /// Somebody else holds the lock.
    case busy
    /// The gate knows nothing of this epoch; the batch decides.
    case cold
}
