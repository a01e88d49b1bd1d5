import Redis
import Sales

/// The gate in front of purchases: `purchase_begin.lua` and `purchase_abort.lua`.
public struct RedisPurchaseGate: PurchaseGate {
    private enum Word: String {
        case done = "DONE"
        case locked = "LOCKED"
        case busy = "BUSY"
        case cold = "COLD"
    }

    /// For how long a lock lasts whose holder says nothing more.
    static let lockExpiry = Duration.milliseconds(1000)

    let calls: GateCalls

    /// Looks for the outcome of a code and otherwise takes the lock on it; one round trip, `.cold` after 20 ms.
    public func begin(_ code: CheckoutCode, lock: LockToken, epoch: GateEpoch) async -> PurchaseAdmission {
        var call = RedisCommand(calling: GateScripts.purchaseBegin, keys: 3, capacity: 320)
        call.append(.epoch, of: code.sale)
        call.append(.done(code), of: code.sale)
        call.append(.lock(code), of: code.sale)
        call.append(epoch)
        call.append(lock)
        call.append(milliseconds: Self.lockExpiry)
        guard let (word, reply) = await calls.call(call, as: Word.self) else { return .cold }
        switch word {
        case .locked: return .locked
        case .busy: return .busy
        case .cold: return .cold
        case .done:
            guard let status = reply.text(0).flatMap(Int16.init), let body = reply.bytes(1) else {
                calls.reportUnusable("an outcome that cannot be read", to: call)
                return .cold
            }
            return .done(StoredOutcome(status: status, body: body))
        }
    }

    /// Gives the lock back if it is still the caller's; not awaited.
    public func abort(_ code: CheckoutCode, lock: LockToken) {
        var call = RedisCommand(calling: GateScripts.purchaseAbort, keys: 1)
        call.append(.lock(code), of: code.sale)
        call.append(lock)
        calls.client.post(call)
    }

    /// Whether somebody holds the lock on a code; `false` when the gate is away.
    public func isLocked(_ code: CheckoutCode) async -> Bool {
        var command = RedisCommand("EXISTS")
        command.append(.lock(code), of: code.sale)
        // An absent gate knows of no lock; the driver has counted the failure.
        return (try? await calls.client.send(command)) == .integer(1)
    }
}
