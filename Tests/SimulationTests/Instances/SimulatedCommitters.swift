import Kernel
import Sales

/// Checkouts by a ``SimulatedWriter``; promises of attempts are told to the witness.
struct SimulatedCheckoutCommitter: CheckoutCommitter {
    let writer: SimulatedWriter<CheckoutCommand, CheckoutCommandOutcome>
    let witness: Witness
    let host: Host

    func commit(_ command: CheckoutCommand, by deadline: Instant) async -> Commitment<CheckoutCommandOutcome> {
        await writer.commit(command, by: deadline)
    }

    func record(_ attempt: CheckoutAttempt) -> Bool {
        guard writer.record(.record(attempt)) else { return false }
        witness.promised(attempt, by: host)
        return true
    }
}

/// Purchases by a ``SimulatedWriter``.
struct SimulatedPurchaseCommitter: PurchaseCommitter {
    let writer: SimulatedWriter<PurchaseRequest, PurchaseOutcome>

    func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome> {
        await writer.commit(request, by: deadline)
    }
}
