import Kernel
import Redis
import Sales

/// The gate in front of checkouts: `checkout.lua` asks it, `purchase_finish.lua` teaches it.
public struct RedisCheckoutGate: CheckoutGate {
    private enum Word: String {
        case sold = "SOLD"
        case limit = "LIMIT"
        case go = "GO"
        case cold = "COLD"
    }

    /// For how long a decided code is answered from the gate.
    static let outcomeExpiry = Duration.seconds(30)

    let calls: GateCalls

    /// Whether a proven fact refuses the item or the user; one round trip, `.cold` after 20 ms.
    public func admit(_ user: UserID, _ item: ItemKey, epoch: GateEpoch) async -> Admission {
        var call = RedisCommand(calling: GateScripts.checkout, keys: 3)
        call.append(.epoch, of: item.sale)
        call.append(.sold, of: item.sale)
        call.append(.full, of: item.sale)
        call.append(epoch)
        call.append(item.number)
        call.append(user.text.string)
        switch await calls.call(call, as: Word.self)?.word {
        case .sold: return .sold
        case .limit: return .limit
        case .go: return .go
        case .cold, nil: return .cold
        }
    }

    /// Sends one call a sale of the batch and waits for none.
    public func observe(_ facts: [CommittedFacts]) {
        for entry in facts where !(entry.sold.isEmpty && entry.full.isEmpty && entry.decided.isEmpty) {
            calls.client.post(finish(entry))
        }
    }

    private func finish(_ facts: CommittedFacts) -> RedisCommand {
        let sale = facts.sale
        let bodies = facts.decided.reduce(0) { $0 + $1.outcome.body.count + 224 }
        let capacity = 256 + facts.sold.count * 16 + facts.full.count * 48 + bodies
        var call = RedisCommand(
            calling: GateScripts.purchaseFinish,
            keys: 3 + 2 * facts.decided.count,
            capacity: capacity
        )
        call.append(.epoch, of: sale)
        call.append(.sold, of: sale)
        call.append(.full, of: sale)
        for decided in facts.decided { call.append(.done(decided.code), of: sale) }
        for decided in facts.decided { call.append(.lock(decided.code), of: sale) }
        call.append(facts.epoch)
        call.append(milliseconds: Self.outcomeExpiry)
        call.append(facts.sold.count)
        call.append(facts.full.count)
        call.append(facts.decided.count)
        for unit in facts.sold { call.append(unit) }
        for user in facts.full { call.append(user.text.string) }
        for decided in facts.decided {
            call.append(decided.outcome.status)
            call.append(decided.outcome.body)
        }
        for decided in facts.decided { call.append(decided.lock) }
        return call
    }
}
