import Logging
import NIOCore
import Synchronization

/// A connection to Redis on one event loop, which comes back by itself.
///
/// Commands of one turn of the loop leave in one write. From the connection's own loop a call costs no hop.
public final class RedisConnection: Sendable {
    /// The loop it lives on.
    public let eventLoop: any EventLoop
    let configuration: RedisConfiguration
    let counters = RedisCounters()
    let log: Logger
    /// The link that is ready for commands.
    let link: NIOLoopBoundBox<RedisLink?>
    private let commandLimit: UInt64

    /// A connection that does nothing until it is run.
    public init(
        _ configuration: RedisConfiguration,
        on eventLoop: any EventLoop,
        log: Logger = Logger(label: "redis")
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.log = log
        link = NIOLoopBoundBox.makeEmptyBox(valueType: RedisLink.self, eventLoop: eventLoop)
        commandLimit = configuration.commandTimeout.nanoseconds
    }

    /// Whether there is a connection that was greeted; an atomic read.
    public var isConnected: Bool { counters.isConnected.load(ordering: .relaxed) }

    /// What it has counted.
    public var statistics: RedisStatistics { counters.statistics }

    /// Sends a command and waits for its reply.
    ///
    /// A script that Redis does not know goes out once more, with its text. Not cancellable; ends within `limit` and a
    /// few milliseconds, by default ``RedisConfiguration/commandTimeout``.
    /// - Throws: ``RedisError`` `disconnected`, `stalled` and `overloaded` at once and unsent; `timedOut` at the limit;
    ///   `server` when Redis refuses; `disconnected` and `protocolViolation` when the connection breaks.
    public func send(
        _ command: RedisCommand,
        within limit: Duration? = nil,
        file: String = #fileID,
        line: Int = #line
    ) async throws(RedisError) -> RedisReply {
        guard isConnected else { throw refuse(command, file, line) }
        let limit = limit?.nanoseconds ?? commandLimit
        let result = await withUnsafeContinuation { continuation in
            deliver(command, continuation, limit)
        }
        switch result {
        case .success(let reply): return reply
        case .failure(let error): throw error.at(file, line)
        }
    }

    /// Sends a command whose reply nobody waits for; dropped and counted without a connection or when too much waits.
    public func post(_ command: RedisCommand) {
        guard isConnected else {
            counters.dropped.increment()
            _ = refuse(command, #fileID, #line)
            return
        }
        deliver(command, nil, commandLimit)
    }

    private typealias Caller = UnsafeContinuation<Result<RedisReply, RedisError>, Never>

    private func deliver(_ command: RedisCommand, _ caller: Caller?, _ limit: UInt64) {
        if eventLoop.inEventLoop {
            deliverOnLoop(command, caller, limit)
        } else {
            eventLoop.execute { self.deliverOnLoop(command, caller, limit) }
        }
    }

    private func deliverOnLoop(_ command: RedisCommand, _ caller: Caller?, _ limit: UInt64) {
        if let link = link.value {
            return link.send(command, caller.map(RedisReceiver.caller) ?? .nobody, within: limit)
        }
        if caller == nil { counters.dropped.increment() }
        let error = refuse(command, #fileID, #line)
        caller?.resume(returning: .failure(error))
    }

    private func refuse(_ command: RedisCommand, _ file: String, _ line: Int) -> RedisError {
        let error = RedisError(.disconnected, "there is no connection to Redis", file: file, line: line)
        counters.errors.increment()
        configuration.observer?(command.observation(from: 0, to: 0, error))
        return error
    }
}
