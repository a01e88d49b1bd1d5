import Kernel

/// Looks up a checkout.
public struct FindCheckout: Sendable {
    let checkouts: any CheckoutRepository
    let gate: any PurchaseGate

    /// The checkout of a code, `nil` where no checkout has it; `purchasing` is a hint of the gate.
    /// - Throws: ``StoreError`` when the record is away.
    public func execute(_ code: CheckoutCode) async throws(StoreError) -> Checkout? {
        guard var checkout = try await checkouts.checkout(code) else { return nil }
        if checkout.status == .open, await gate.isLocked(code) { checkout.status = .purchasing }
        return checkout
    }
}
