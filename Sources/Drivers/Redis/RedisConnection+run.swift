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
            do throws(RedisError) {
                let link = try await connect()
                log.info("connected to Redis", metadata: ["redis": "\(configuration.address)"])
                delay = configuration.reconnectDelayMin
                lastFault = ""
                try await serve(link)
            } catch {
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
    private func connect() async throws(RedisError) -> ReadyLink {
        let ready: ReadyLink
        do {
            ready = try await bootstrap.connect(host: configuration.address.host, port: configuration.address.port) {
                [configuration, counters] channel in
                channel.eventLoop.makeCompletedFuture {
                    let link = RedisLink(configuration, counters: counters, eventLoop: channel.eventLoop)
                    try channel.pipeline.syncOperations.addHandler(link)
                    return ReadyLink(channel: channel, link: NIOLoopBound(link, eventLoop: channel.eventLoop))
                }
            }
        } catch {
            throw RedisError(.disconnected, "\(error)")
        }
        if let error = await greet(ready) {
            ready.channel.close(promise: nil)
            throw error
        }
        return ready
    }

    private var bootstrap: ClientBootstrap {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(configuration.connectTimeout.timeAmount)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
    }

    /// Sends what a new connection needs in one write, and makes the link the one in use when Redis agreed to all.
    private func greet(_ ready: ReadyLink) async -> RedisError? {
        let commands = greeting
        let limit = configuration.connectTimeout.nanoseconds
        let error = await withUnsafeContinuation { continuation in
            eventLoop.execute {
                let gathering = RedisGathering(commands.count, continuation)
                for command in commands { ready.link.value.send(command, .gathering(gathering), within: limit) }
            }
        }
        if let error { return error }
        return await withUnsafeContinuation { continuation in
            eventLoop.execute { continuation.resume(returning: self.install(ready.link.value)) }
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
        var commands: [RedisCommand] = []
        let address = configuration.address
        if let password = address.password {
            commands.append(address.user.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password))
        }
        if address.database != 0 { commands.append(RedisCommand("SELECT", "\(address.database)")) }
        // Last, because it fails while Redis reads its file.
        return commands + configuration.scripts.map(\.load) + [RedisCommand("PING")]
    }

    /// Waits until the link ends; a cancellation ends it.
    private func serve(_ ready: ReadyLink) async throws(RedisError) {
        await withTaskCancellationHandler {
            // The future of a channel's end never fails.
            try? await ready.channel.closeFuture.get()
        } onCancel: {
            ready.channel.close(promise: nil)
        }
        throw await withUnsafeContinuation { continuation in
            eventLoop.execute { continuation.resume(returning: ready.link.value.closingError) }
        }
    }
}

private struct ReadyLink: Sendable {
    let channel: any Channel
    let link: NIOLoopBound<RedisLink>
}
