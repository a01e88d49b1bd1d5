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
    /// - Throws: ``StoreError`` when the record is away.
    public func execute(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> Outcome {
        if let outcome = try await checkouts.outcome(code, by: deadline) { return .decided(outcome) }
        if underWay.contains(code) { return .pending }
        return await gate.isLocked(code) ? .pending : .undecided
    }
}
