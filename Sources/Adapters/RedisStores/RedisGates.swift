import Logging
import Redis
import Sales
import Traces

/// Everything that Redis does for sales, on one client.
public struct RedisGates: Sendable {
    /// In front of checkouts.
    public let checkout: RedisCheckoutGate
    /// In front of purchases.
    public let purchase: RedisPurchaseGate
    /// The facts, from the side of those who keep them complete.
    public let store: RedisGateStore
    /// Claims on work.
    public let leases: RedisLeases

    private let calls: GateCalls

    /// Counts users' requests by `quota`, together with all instances on this Redis.
    public func rateLimiter(_ quota: RateQuota) -> RedisRateLimiter {
        RedisRateLimiter(calls: calls, quota: quota)
    }

    /// Gates on a client made with ``RedisStores/configuration(url:)``; somebody else runs it.
    public init(client: RedisClient, log: Logger, tracer: Tracer? = nil) {
        calls = GateCalls(client: client, log: log, tracer: tracer)
        checkout = RedisCheckoutGate(calls: calls)
        purchase = RedisPurchaseGate(calls: calls)
        store = RedisGateStore(calls: calls)
        leases = RedisLeases(calls: calls)
    }
}
