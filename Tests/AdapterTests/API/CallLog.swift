import Kernel
import Sales
import Synchronization

/// Writes down which ports are called, in which order, so that a test sees how much work an answer took.
final class CallLog: Sendable {
    private let calls = Mutex<[String]>([])

    func add(_ call: String) { calls.withLock { $0.append(call) } }

    /// What was called since the last time.
    func take() -> [String] {
        calls.withLock { calls in
            defer { calls = [] }
            return calls
        }
    }
}

extension Sales.Ports {
    /// The same ports, each call that shoppers cause written down.
    func logged(in log: CallLog) -> Sales.Ports {
        var ports = self
        ports.checkouts = LoggedCheckouts(ports: checkouts, log: log)
        ports.checkoutCommitter = LoggedCheckoutCommitter(port: checkoutCommitter, log: log)
        ports.purchaseCommitter = LoggedPurchaseCommitter(port: purchaseCommitter, log: log)
        ports.purchaseGate = LoggedPurchaseGate(port: purchaseGate, log: log)
        return ports
    }
}

private struct LoggedCheckouts: CheckoutRepository {
    let ports: any CheckoutRepository
    let log: CallLog

    func checkout(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> Checkout? {
        log.add("read checkout")
        return try await ports.checkout(code, by: deadline)
    }

    func outcome(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> StoredOutcome? {
        log.add("read outcome")
        return try await ports.outcome(code, by: deadline)
    }
}

private struct LoggedCheckoutCommitter: CheckoutCommitter {
    let port: any CheckoutCommitter
    let log: CallLog

    func commit(_ command: CheckoutCommand, by deadline: Instant) async -> Commitment<CheckoutCommandOutcome> {
        log.add("commit checkout")
        return await port.commit(command, by: deadline)
    }

    func record(_ attempt: CheckoutAttempt) -> Bool {
        log.add("record attempt")
        return port.record(attempt)
    }
}

private struct LoggedPurchaseCommitter: PurchaseCommitter {
    let port: any PurchaseCommitter
    let log: CallLog

    func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome> {
        log.add("commit purchase")
        return await port.commit(request, by: deadline)
    }
}

private struct LoggedPurchaseGate: PurchaseGate {
    let port: any PurchaseGate
    let log: CallLog

    func begin(_ code: CheckoutCode, lock: LockToken, epoch: GateEpoch) async -> PurchaseAdmission {
        log.add("ask gate")
        return await port.begin(code, lock: lock, epoch: epoch)
    }

    func abort(_ code: CheckoutCode, lock: LockToken) {
        log.add("unlock")
        port.abort(code, lock: lock)
    }

    func isLocked(_ code: CheckoutCode) async -> Bool {
        log.add("ask whether locked")
        return await port.isLocked(code)
    }
}
