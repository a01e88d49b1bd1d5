import Redis
import Sales

/// Claims on work: `lease_take.lua` and `lease_release.lua`, under a token that this process has drawn.
public struct RedisLeases: Leases {
    private enum Word: String {
        case taken = "TAKEN"
        case held = "HELD"
    }

    let calls: GateCalls
    private let token = UInt64.random(in: .min ... .max)

    init(calls: GateCalls) { self.calls = calls }

    /// Claims the work of a name for `duration`, or renews one's own claim; one round trip.
    public func take(_ name: LeaseName, for duration: Duration) async -> LeaseAnswer {
        var call = RedisCommand(calling: GateScripts.leaseTake, keys: 1)
        call.append(.lease(name), of: name.sale)
        call.append(token)
        call.append(milliseconds: duration)
        switch await calls.call(call, as: Word.self)?.word {
        case .taken: return .taken
        case .held: return .held
        case nil: return .unreachable
        }
    }

    /// Gives a claim back, if it is still one's own; not awaited.
    public func release(_ name: LeaseName) {
        var call = RedisCommand(calling: GateScripts.leaseRelease, keys: 1)
        call.append(.lease(name), of: name.sale)
        call.append(token)
        calls.client.post(call)
    }
}
