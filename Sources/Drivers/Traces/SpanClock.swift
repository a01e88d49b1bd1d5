/// Monotonic time as the time of day that spans are told in.
///
/// Spans of one trace fit together when both their ends are monotonic readings, told by a clock each.
public struct SpanClock {
    private let now: ContinuousClock.Instant
    private let wallNow: UInt64

    /// Reads both clocks, again where something came between the two readings.
    public init() {
        var (before, wall, after) = (ContinuousClock.now, Tracer.now, ContinuousClock.now)
        for _ in 0..<3 where after - before > .microseconds(20) {
            (before, wall, after) = (ContinuousClock.now, Tracer.now, ContinuousClock.now)
        }
        (now, wallNow) = (before, wall)
    }

    /// The time of day at an instant, in nanoseconds since 1970.
    public func wall(_ instant: ContinuousClock.Instant) -> UInt64 {
        let (seconds, attoseconds) = (now - instant).components
        return wallNow &- UInt64(bitPattern: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
