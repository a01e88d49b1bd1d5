import Kernel

/// Looks up a checkout.
public struct FindCheckout: Sendable {
    let checkouts: any CheckoutRepository
    let underWay: PurchasesUnderWay
    let gate: any PurchaseGate

    /// The checkout of a code by `deadline`; `purchasing` is a hint of memory and gate.
    ///
    /// `nil` where no checkout has the code, and where it is not `owner`'s, if there has to be one.
    /// - Throws: ``StoreError`` when the record is away.
    public func execute(
        _ code: CheckoutCode,
        of owner: UserID?,
        by deadline: Instant
    ) async throws(StoreError) -> Checkout? {
        guard var checkout = try await checkouts.checkout(code, by: deadline) else { return nil }
        if let owner, owner != checkout.userID { return nil }
        if checkout.status == .open, await isBeingDecided(code) { checkout.status = .purchasing }
        return checkout
    }

    private func isBeingDecided(_ code: CheckoutCode) async -> Bool {
        if underWay.contains(code) { return true }
        return await gate.isLocked(code)
    }
}
