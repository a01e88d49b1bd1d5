import Synchronization

/// Numbers of one connection or of all of a client.
public struct RedisStatistics: Hashable, Sendable {
    /// Connections that are ready for commands.
    public internal(set) var connected = 0
    /// Commands that wait for replies.
    public internal(set) var pending = 0
    /// Commands sent.
    public internal(set) var commands = 0
    /// Commands that failed, those among them that were never sent.
    public internal(set) var errors = 0
    /// Connections made after the first.
    public internal(set) var reconnects = 0
    /// Commands that nobody waited for and that were not sent.
    public internal(set) var dropped = 0

    static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.connected += right.connected
        sum.pending += right.pending
        sum.commands += right.commands
        sum.errors += right.errors
        sum.reconnects += right.reconnects
        sum.dropped += right.dropped
        return sum
    }
}

/// What a connection counts, readable from any thread.
final class RedisCounters: Sendable {
    let isConnected = Atomic(false)
    let pending = Atomic(0)
    let commands = Atomic(0)
    let errors = Atomic(0)
    let connections = Atomic(0)
    let dropped = Atomic(0)

    var statistics: RedisStatistics {
        var statistics = RedisStatistics()
        statistics.connected = isConnected.load(ordering: .relaxed) ? 1 : 0
        statistics.pending = pending.load(ordering: .relaxed)
        statistics.commands = commands.load(ordering: .relaxed)
        statistics.errors = errors.load(ordering: .relaxed)
        statistics.reconnects = max(0, connections.load(ordering: .relaxed) - 1)
        statistics.dropped = dropped.load(ordering: .relaxed)
        return statistics
    }
}
