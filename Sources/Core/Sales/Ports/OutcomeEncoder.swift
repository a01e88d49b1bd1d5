import Kernel

/// Renders a decided purchase to the bytes that are stored and answered; the domain knows no JSON.
public protocol OutcomeEncoder: Sendable {
    /// The status and the bytes; the same for the same purchase, and nothing in them belongs to one request.
    func encode(_ purchase: Purchase) -> StoredOutcome
}
