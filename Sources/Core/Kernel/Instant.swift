/// A point of the process's monotonic clock: what is measured and waited for by, never a time of day.
public typealias Instant = ContinuousClock.Instant

/// The monotonic clock as a port, so that tests and simulations can hold it.
public protocol TimeSource: Sendable {
    /// The present point in monotonic time.
    var now: Instant { get }
}

/// The machine's monotonic clock.
public struct SystemTimeSource: TimeSource {
    /// Makes a view on the clock; all of them are the same clock.
    public init() {}

    /// The present moment.
    public var now: Instant { ContinuousClock.now }
}

/// Random bits as a port: unguessable in production, seeded in tests.
public protocol RandomSource: Sendable {
    /// 64 fresh random bits.
    func next() -> UInt64
}

/// The operating system's generator (`getrandom`), about 0.25 µs a draw.
public struct SystemRandomSource: RandomSource {
    /// Makes a view on the generator.
    public init() {}

    /// Fresh bits.
    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
