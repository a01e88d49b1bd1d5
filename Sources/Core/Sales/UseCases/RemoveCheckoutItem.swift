import Kernel

/// Takes an item out of a checkout.
public struct RemoveCheckoutItem: Sendable {
    /// What came of it.
    public enum Outcome: Hashable, Sendable {
        /// The checkout without the item; also when it was not in there.
        case removed(Checkout)
        /// No checkout has that code.
        case checkoutNotFound
        /// The item is part of a purchase that is decided.
        case checkoutCompleted
    }

    let committer: any CheckoutCommitter

    /// Decides the request by `deadline`; repeating it is harmless.
    ///
    /// A code that is not `owner`'s, if there has to be one, is not found.
    /// - Throws: ``StoreError`` when there is no answer; repeating the call is harmless.
    public func execute(
        _ item: ItemID,
        from code: CheckoutCode,
        of owner: UserID?,
        by deadline: Instant
    ) async throws(StoreError) -> Outcome {
        let command = CheckoutCommand.remove(RemovalRequest(code: code, itemID: item, owner: owner))
        switch try await committer.commit(command, by: deadline).get() {
        case .removed(let checkout): return .removed(checkout)
        case .checkoutNotFound: return .checkoutNotFound
        case .checkoutCompleted: return .checkoutCompleted
        case .joined, .refused, .superseded, .recorded:
            throw StoreError(.corrupt, "a removal was answered with another command's outcome")
        }
    }
}
