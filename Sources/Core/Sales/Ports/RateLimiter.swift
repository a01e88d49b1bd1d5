import Kernel

/// Counts what users ask for; never throws, and where nobody can tell it lets in.
public protocol RateLimiter: Sendable {
    /// Takes one request of a user in a sale out of the user's quota.
    func take(_ user: UserID, in sale: SaleID) async -> RateVerdict
}

/// What a rate limiter says to one request.
public struct RateVerdict: Hashable, Sendable {
    /// Who knew.
    public enum Source: String, CaseIterable, Sendable {
        /// This instance's memory: the quota was used up when the gate was asked last, and still is.
        case memory
        /// The gate, which counts for all instances.
        case gate
        /// This instance alone, because the gate is away.
        case instance
    }

    /// Whether it is within the quota.
    public let isAllowed: Bool
    /// How many more would be now.
    public let remaining: Int
    /// The time until the next one is; zero where one is now.
    public let retryAfter: Duration
    /// The time until the quota is whole again.
    public let resetsAfter: Duration
    /// Who knew.
    public let source: Source

    /// The verdict on a request of a line that reaches so far beyond now, this request included where it is allowed.
    public init(isAllowed: Bool, lead: Duration, quota: RateQuota, source: Source) {
        self.isAllowed = isAllowed
        self.source = source
        resetsAfter = lead
        let free = quota.windowMicroseconds - lead.microseconds
        remaining = max(0, Int(free / quota.intervalMicroseconds))
        retryAfter = .microseconds(max(0, quota.intervalMicroseconds - free))
    }
}
