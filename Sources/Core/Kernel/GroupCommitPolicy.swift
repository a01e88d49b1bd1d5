/// The bounds of a ``GroupCommit``.
public struct GroupCommitPolicy: Sendable {
    /// Most requests of one transaction.
    public var maxBatch = 512
    /// Most requests that wait.
    public var maxQueued = 8192
    /// Most riders that wait.
    public var maxRiders = 65_536
    /// How old the oldest unwritten rider may be before further ones are refused.
    public var maxRiderAge = Duration.seconds(1)
    /// How long riders wait for a batch to go with before they are one themselves.
    public var riderDelay = Duration.milliseconds(100)
    /// After so many conflicts a batch is run as two halves, down to one request.
    public var conflictsBeforeSplit = 3
    /// After so many attempts a single request that still collides is given up.
    public var maxAttempts = 24

    /// The default bounds.
    public init() {}

    /// The longest wait after the given number of conflicts: 2 ms, doubling up to 32 ms.
    func conflictDelay(after conflicts: Int) -> Duration { .milliseconds(1 << min(conflicts, 5)) }

    /// The longest wait after the given number of outages in a row: 20 ms, doubling up to 320 ms.
    func outageDelay(after outages: Int) -> Duration { .milliseconds(10 << min(outages, 5)) }
}
