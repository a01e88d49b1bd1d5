import Kernel

/// Looks up what became of a code.
public struct FindPurchase: Sendable {
    /// What became of it.
    public enum Outcome: Hashable, Sendable {
        /// Decided: the stored outcome.
        case decided(StoredOutcome)
        /// Being decided, as far as anybody can tell.
        case pending
        /// Not decided; posting is always safe.
        case undecided
    }

    let checkouts: any CheckoutRepository
    let underWay: PurchasesUnderWay
    let gate: any PurchaseGate

    /// Reads the record by `deadline`; where nothing is decided, this instance's memory and the gate give a hint.
    ///
    /// Of a code that is not `owner`'s, if there has to be one, nothing is told, like of one that nobody has.
    /// - Throws: ``StoreError`` when the record is away.
    public func execute(
        _ code: CheckoutCode,
        of owner: UserID?,
        by deadline: Instant
    ) async throws(StoreError) -> Outcome {
        if let owner {
            guard try await checkouts.checkout(code, by: deadline)?.userID == owner else { return .undecided }
        }
        if let outcome = try await checkouts.outcome(code, by: deadline) { return .decided(outcome) }
        if underWay.contains(code) { return .pending }
        return await gate.isLocked(code) ? .pending : .undecided
    }
}
