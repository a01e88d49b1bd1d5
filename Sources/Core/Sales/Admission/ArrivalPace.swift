import Kernel

/// A steady pace for arrivals: the generic cell rate algorithm, whose whole state is one point in time.
///
/// Each arrival takes one interval of a line that begins now. How far the line reaches, its *lead*, says how much has
/// come too fast: nothing needs to be counted, and nothing expires.
public struct ArrivalPace: Sendable {
    /// The distance between two arrivals at the pace.
    public let interval: Duration
    private var end: Instant?

    /// A pace of one arrival an interval; nothing has arrived yet.
    public init(interval: Duration) {
        precondition(interval > .zero, "a pace lets something in")
        self.interval = interval
    }

    /// A pace of so many arrivals a second, 1 to 1,000,000,000.
    public init(perSecond: Int) {
        self.init(interval: .nanoseconds(1_000_000_000 / perSecond))
    }

    /// How far the line reaches beyond `now`: the time until it is used up.
    public func lead(at now: Instant) -> Duration {
        guard let end, end > now else { return .zero }
        return end - now
    }

    /// Takes one interval where the line reaches `limit` at most, and returns how far it reached before.
    ///
    /// - Returns: `nil` where it reaches farther; nothing is taken then.
    public mutating func take(at now: Instant, upTo limit: Duration) -> Duration? {
        let lead = lead(at: now)
        guard lead <= limit else { return nil }
        end = now + lead + interval
        return lead
    }

    /// Takes over how far the line reaches beyond `now` from somebody who knows better.
    public mutating func set(lead: Duration, at now: Instant) {
        end = now + lead
    }

    /// Gives back one interval that was taken and not used.
    public mutating func giveBack() {
        end = end.map { $0 - interval }
    }
}
