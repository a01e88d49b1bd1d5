import Kernel

/// Checkouts and outcomes on record, read from the primary.
public protocol CheckoutRepository: Sendable {
    /// The checkout of a code: open or completed; `nil` where no checkout has it.
    func checkout(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> Checkout?

    /// The outcome of a code; `nil` where none is decided.
    func outcome(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> StoredOutcome?
}
