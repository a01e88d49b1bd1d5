import Kernel
import Redis
import Sales

/// Counts users' requests for all instances: `rate_limit.lua`.
///
/// One round trip for a request within the quota. A user who has used it up is refused from memory until it has room
/// again, and while Redis is away this instance counts alone, from where Redis had come.
public struct RedisRateLimiter: RateLimiter {
    private enum Word: String {
        case allowed = "ALLOWED"
        case limited = "LIMITED"
    }

    private let calls: GateCalls
    private let local: LocalRateLimiter

    init(calls: GateCalls, quota: RateQuota) {
        self.calls = calls
        local = LocalRateLimiter(quota: quota)
    }

    /// Takes one request out of the user's quota; without Redis after 20 ms at most.
    public func take(_ user: UserID, in sale: SaleID) async -> RateVerdict {
        if let refusal = local.knownRefusal(of: user, in: sale) { return refusal }
        var call = RedisCommand(calling: GateScripts.rateLimit, keys: 1)
        call.append(.rate(user), of: sale)
        call.append(local.quota.intervalMicroseconds)
        call.append(local.quota.windowMicroseconds)
        guard let (word, reply) = await calls.call(call, as: Word.self) else { return await local.take(user, in: sale) }
        guard let lead = reply.integer(0).map(Duration.microseconds) else {
            calls.reportUnusable("a quota that cannot be read", to: call)
            return await local.take(user, in: sale)
        }
        local.learn(user, in: sale, lead: lead)
        return RateVerdict(isAllowed: word == .allowed, lead: lead, quota: local.quota, source: .gate)
    }
}
