import Kernel
import Synchronization

/// Counts users' requests in this instance's memory: all there is without a gate, and what the gate said last with one.
///
/// Remembers at most 65,536 users and forgets all of them when that is not enough, which lets them in.
public final class LocalRateLimiter: RateLimiter {
    static let capacity = 65_536

    private struct Key: Hashable {
        let user: UserID
        let sale: SaleID
    }

    /// What users may do.
    public let quota: RateQuota
    private let time: any TimeSource
    private let lines = Mutex<[Key: ArrivalPace]>([:])
    private let interval: Duration
    /// A line that reaches farther has no room for one more.
    private let limit: Duration

    /// Counts by `quota`.
    public init(quota: RateQuota, time: any TimeSource = SystemTimeSource()) {
        self.quota = quota
        self.time = time
        interval = .microseconds(quota.intervalMicroseconds)
        limit = .microseconds(quota.windowMicroseconds - quota.intervalMicroseconds)
    }

    /// Takes one request out of the quota as far as this instance knows.
    public func take(_ user: UserID, in sale: SaleID) async -> RateVerdict {
        let now = time.now
        return change(Key(user: user, sale: sale), at: now) { line in
            let isAllowed = line.take(at: now, upTo: limit) != nil
            return verdict(isAllowed, line.lead(at: now), .instance)
        }
    }

    /// The refusal of a user whose quota is known to be used up; `nil` where somebody else must tell.
    ///
    /// Lines only grow while others count too, so that such a refusal is true for all of them.
    public func knownRefusal(of user: UserID, in sale: SaleID) -> RateVerdict? {
        let now = time.now
        let lead = lines.withLock { $0[Key(user: user, sale: sale)]?.lead(at: now) } ?? .zero
        return lead > limit ? verdict(false, lead, .memory) : nil
    }

    /// Takes over how far the line of a user reaches beyond now.
    public func learn(_ user: UserID, in sale: SaleID, lead: Duration) {
        let now = time.now
        change(Key(user: user, sale: sale), at: now) { $0.set(lead: lead, at: now) }
    }

    private func verdict(_ isAllowed: Bool, _ lead: Duration, _ source: RateVerdict.Source) -> RateVerdict {
        RateVerdict(isAllowed: isAllowed, lead: lead, quota: quota, source: source)
    }

    private func change<Value>(_ key: Key, at now: Instant, _ body: (inout ArrivalPace) -> Value) -> Value {
        lines.withLock { lines in
            if lines.count >= Self.capacity, lines[key] == nil { Self.makeRoom(in: &lines, at: now) }
            return body(&lines[key, default: ArrivalPace(interval: interval)])
        }
    }

    /// Whoever has a whole quota again need not be remembered.
    private static func makeRoom(in lines: inout [Key: ArrivalPace], at now: Instant) {
        lines = lines.filter { $0.value.lead(at: now) > .zero }
        if lines.count >= capacity / 2 { lines.removeAll() }
    }
}
