import HTTP
import Kernel
import Logging
import Postgres
import PostgresStores
import Redis
import ServiceLifecycle

/// A pool that lives as long as the application; it stops last.
struct PoolService: Service {
    let pool: PostgresPool

    func run() async throws {
        await withGracefulShutdownHandler {
            await pool.run()
        } onGracefulShutdown: {
            pool.shutDown()
        }
    }
}

/// A writer: on shutdown it writes what it has accepted.
struct WriterService: Service {
    /// How long it tries; below the time that the whole shutdown has.
    static let drainTime = Duration.seconds(5)

    let work: @Sendable () async -> Void
    let drain: @Sendable (Instant) -> Void

    func run() async throws {
        // Cancelled where another service fails: it must end then, too, or the process would not.
        await withTaskCancellationOrGracefulShutdownHandler {
            await work()
        } onCancelOrGracefulShutdown: {
            drain(.now + Self.drainTime)
        }
    }
}

/// The connections to Redis.
struct RedisService: Service {
    let client: RedisClient

    func run() async throws {
        await cancelWhenGracefulShutdown { await client.run() }
    }
}

/// A server: on shutdown it stops accepting and finishes what is in flight.
struct HTTPService: Service {
    let server: HTTPServer
    let name: String
    let log: Logger
    /// How long it goes on serving after it was told to stop.
    var drainDelay = Duration.zero
    let willDrain: @Sendable () -> Void

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask {
                    let port = try await server.whenBound()
                    log.notice("listening", metadata: ["listener": "\(name)", "port": "\(port)"])
                }
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            log.notice("draining", metadata: ["listener": "\(name)", "delay": "\(drainDelay)"])
            willDrain()
            server.drain(after: drainDelay)
        }
    }
}

/// Work that is done again and again: the shared loop of everything that happens by itself.
struct RepeatedWork: Service {
    let name: String
    let interval: Duration
    let clock: any Clock<Duration>
    let log: Logger
    let work: @Sendable () async throws -> Void

    /// Does the work until shutdown; a failure is logged, once a row of them, and it is tried again after `interval`.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            var hasFailed = false
            while !Task.isCancelled {
                do {
                    try await work()
                    if hasFailed { log.notice("works again", metadata: ["work": "\(name)"]) }
                    hasFailed = false
                } catch {
                    if !hasFailed { log.warning("failed", metadata: ["work": "\(name)", "error": "\(error)"]) }
                    hasFailed = true
                }
                do { try await clock.sleep(for: interval) } catch { return }
            }
        }
    }
}
