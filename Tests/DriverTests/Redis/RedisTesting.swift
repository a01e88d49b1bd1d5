import Logging
import NIOCore
import NIOPosix
import Redis
import TestSupport

/// Runs tasks on an event loop.
final class RedisLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) { eventLoop.enqueue(job) }
}

extension RedisConfiguration {
    /// For a server of tests: patient, because the machine may be busy; pauses between attempts are short.
    static func testing(_ url: String) throws -> RedisConfiguration {
        var configuration = try RedisConfiguration(url: url)
        configuration.connectTimeout = .seconds(10)
        configuration.commandTimeout = .seconds(10)
        configuration.reconnectDelayMin = .milliseconds(5)
        configuration.reconnectDelayMax = .milliseconds(20)
        return configuration
    }
}

/// Runs `body` with a connection that is being run, and ends it.
func withRunning<Value: Sendable>(
    _ configuration: RedisConfiguration,
    waits: Bool = true,
    _ body: @Sendable @escaping (RedisConnection) async throws -> Value
) async throws -> Value {
    let connection = RedisConnection(configuration, on: MultiThreadedEventLoopGroup.singleton.next())
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await connection.run() }
        defer { group.cancelAll() }
        if waits, await !redisEventually({ connection.isConnected }) { throw RedisNeverConnected() }
        return try await body(connection)
    }
}

/// Runs `body` with a connection to the server that all tests share.
func withSharedRedis<Value: Sendable>(
    _ change: (inout RedisConfiguration) -> Void = { _ in },
    _ body: @Sendable @escaping (RedisConnection) async throws -> Value
) async throws -> Value {
    var configuration = try RedisConfiguration.testing(try await TestRedis.shared().url)
    change(&configuration)
    return try await withRunning(configuration, body)
}

struct RedisNeverConnected: Error {}

/// Waits until `condition` holds, for at most twenty seconds; `false` when it never did.
func redisEventually(_ condition: () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if await condition() { return true }
        // Fails only in a test that was cancelled.
        try? await Task.sleep(for: .milliseconds(2))
    }
    return false
}

extension RedisConnection {
    /// The reply to a command, or `nil` where it failed.
    func reply(to words: String..., within limit: Duration? = nil) async -> RedisReply? {
        var command = RedisCommand()
        for word in words { command.append(word) }
        return try? await send(command, within: limit)  // Expectations say what must not be `nil`.
    }

    /// The error of a command, or `nil`.
    func failure(of command: RedisCommand, within limit: Duration? = nil) async -> RedisError? {
        do throws(RedisError) {
            _ = try await send(command, within: limit)
            return nil
        } catch {
            return error
        }
    }
}

/// A key that no other test uses.
func uniqueRedisKey(_ name: String = #function) -> String { "test:\(name):\(UInt64.random(in: 0 ... .max))" }
