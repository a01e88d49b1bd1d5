import Logging
import NIOCore

/// One connection for each event loop of a group.
///
/// A call from one of these loops uses the loop's own connection without a hop, any other call the first one.
public final class RedisClient: Sendable {
    private let connections: [RedisConnection]

    /// Connections that do nothing until they are run.
    public init(_ configuration: RedisConfiguration, group: any EventLoopGroup, log: Logger = Logger(label: "redis")) {
        connections = group.makeIterator().map { RedisConnection(configuration, on: $0, log: log) }
        precondition(!connections.isEmpty, "an event loop group has a loop")
    }

    /// Whether every loop has its connection; an atomic read each.
    public var isConnected: Bool { connections.allSatisfy(\.isConnected) }

    /// What all connections have counted.
    public var statistics: RedisStatistics { connections.map(\.statistics).reduce(RedisStatistics(), +) }

    /// Keeps all connections until the task is cancelled; run it once.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for connection in connections { group.addTask { await connection.run() } }
        }
    }

    /// Sends a command and waits for its reply, as ``RedisConnection/send(_:within:file:line:)`` does.
    ///
    /// - Throws: ``RedisError``.
    public func send(
        _ command: RedisCommand,
        within limit: Duration? = nil,
        file: String = #fileID,
        line: Int = #line
    ) async throws(RedisError) -> RedisReply {
        try await connection.send(command, within: limit, file: file, line: line)
    }

    /// Sends a command whose reply nobody waits for, as ``RedisConnection/post(_:)`` does.
    public func post(_ command: RedisCommand) { connection.post(command) }

    private var connection: RedisConnection {
        for connection in connections where connection.eventLoop.inEventLoop { return connection }
        return connections[0]
    }
}
