import Logging
import NIOCore
import NIOPosix
import Synchronization

extension RedisConnection {
    /// Connects, and connects again whenever the connection breaks, until the task is cancelled; run it once.
    public func run() async {
        var delay = configuration.reconnectDelayMin
        var lastFault = ""
        while !Task.isCancelled {
            var connectedAt: ContinuousClock.Instant?
            do throws(RedisError) {
                let endpoint = try await whereabouts()
                let link = try await connect(to: endpoint)
                log.info("connected to Redis", metadata: ["redis": "\(endpoint)"])
                connectedAt = .now
                lastFault = ""
                try await serve(link)
            } catch {
                // A server that lets in and throws out again is not asked more often than one that does not let in.
                if let connectedAt, .now - connectedAt >= configuration.reconnectDelayMax {
                    delay = configuration.reconnectDelayMin
                }
                // The same fault again and again is logged once.
                if !Task.isCancelled, error.message != lastFault {
                    lastFault = error.message
                    log.warning("no connection to Redis", metadata: ["error": "\(error)"])
                }
            }
            guard !Task.isCancelled else { return }
            // Fails only by cancellation, which ends the loop.
            try? await Task.sleep(for: delay * Double.random(in: 0.5...1))
            delay = min(delay * 2, configuration.reconnectDelayMax)
        }
    }

    /// A greeted link that commands already go to.
    private func connect(to endpoint: RedisAddress.Endpoint) async throws(RedisError) -> ReadyLink {
        let ready = try await open(endpoint, configuration, counters)
        do throws(RedisError) {
            if let error = await greet(ready) { throw error }
            if configuration.address.group != nil { try await requireMaster(ready) }
            let fault = await withUnsafeContinuation { continuation in
                eventLoop.execute { continuation.resume(returning: self.install(ready.link.value)) }
            }
            if let fault { throw fault }
        } catch {
            ready.channel.close(promise: nil)
            throw error
        }
        return ready
    }

    /// A link that nothing was sent on yet.
    func open(
        _ endpoint: RedisAddress.Endpoint,
        _ configuration: RedisConfiguration,
        _ counters: RedisCounters
    ) async throws(RedisError) -> ReadyLink {
        do {
            return try await bootstrap.connect(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let link = RedisLink(configuration, counters: counters, eventLoop: channel.eventLoop)
                    try channel.pipeline.syncOperations.addHandler(link)
                    return ReadyLink(channel: channel, link: NIOLoopBound(link, eventLoop: channel.eventLoop))
                }
            }
        } catch {
            throw RedisError(.disconnected, "\(error)")
        }
    }

    private var bootstrap: ClientBootstrap {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(configuration.connectTimeout.timeAmount)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
    }

    /// Sends what a new connection needs in one write; `nil` when Redis agreed to all.
    private func greet(_ ready: ReadyLink) async -> RedisError? {
        let commands = greeting
        let limit = configuration.connectTimeout.nanoseconds
        return await withUnsafeContinuation { continuation in
            eventLoop.execute {
                let gathering = RedisGathering(commands.count, continuation)
                for command in commands { ready.link.value.send(command, .gathering(gathering), within: limit) }
            }
        }
    }

    private func install(_ link: RedisLink) -> RedisError? {
        guard !link.isClosed else { return link.closingError }
        self.link.value = link
        counters.connections.increment()
        counters.isConnected.store(true, ordering: .relaxed)
        link.whenClosed = {
            self.counters.isConnected.store(false, ordering: .relaxed)
            self.link.value = nil
        }
        return nil
    }

    private var greeting: [RedisCommand] {
        let address = configuration.address
        var commands = Self.proof(of: address.user, address.password)
        if address.database != 0 { commands.append(RedisCommand("SELECT", "\(address.database)")) }
        // Last, because it fails while Redis reads its file.
        return commands + configuration.scripts.map(\.load) + [RedisCommand("PING")]
    }

    /// What proves who one is, where it must be proven.
    static func proof(of user: String?, _ password: String?) -> [RedisCommand] {
        guard let password else { return [] }
        return [user.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password)]
    }

    /// Waits until the link ends; a cancellation ends it.
    private func serve(_ ready: ReadyLink) async throws(RedisError) {
        await withTaskCancellationHandler {
            // The future of a channel's end never fails.
            try? await ready.channel.closeFuture.get()
        } onCancel: {
            eventLoop.execute {
                ready.link.value.flush()
                ready.channel.close(promise: nil)
            }
        }
        throw await withUnsafeContinuation { continuation in
            eventLoop.execute { continuation.resume(returning: ready.link.value.closingError) }
        }
    }
}

/// A channel with its link.
struct ReadyLink: Sendable {
    let channel: any Channel
    let link: NIOLoopBound<RedisLink>
}
