import Kernel

/// The gate in front of checkouts: refuses on proven facts only.
///
/// Gone, slow or forgetful, it is `.cold`; never throws.
public protocol CheckoutGate: Sendable {
    /// Whether a proven fact refuses the item or the user, under `epoch`.
    func admit(_ user: UserID, _ item: ItemKey, epoch: GateEpoch) async -> Admission

    /// Takes in facts of confirmed commits; lossy, not awaited.
    func observe(_ facts: [CommittedFacts])
}

/// What the gate says to a checkout.
public enum Admission: Hashable, Sendable {
    /// The unit is sold.
    case sold
    /// The user has bought the limit.
    case limit
    /// No fact speaks against it; the batch decides.
    case go
    /// The gate knows nothing of this epoch; the batch decides.
    case cold
}
