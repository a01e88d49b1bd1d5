import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A client and the server that it is led to; relayed by one thread, ended by any.
final class ProxiedConnection: Sendable {
    /// How long a thread sleeps when nothing happens, and so how soon it sees that conditions have changed.
    private static let tick = Duration.milliseconds(20)

    private let client: Int32
    private let server: Int32
    private let isClosed = Mutex(false)

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// Ends both sides from another thread; harmless when they have ended.
    func end(_ cut: FaultProxy.Cut) {
        isClosed.withLock { isClosed in
            guard !isClosed else { return }
            for descriptor in [client, server] {
                switch cut {
                case .close: shutdown(descriptor, Int32(SHUT_RDWR))
                case .reset: LoopbackSocket.reset(descriptor)
                }
            }
        }
    }

    /// Gives the descriptors back; nothing may be done with the connection afterwards but end it.
    func close() {
        isClosed.withLock { isClosed in
            isClosed = true
            Glibc.close(client)
            Glibc.close(server)
        }
    }

    /// Passes bytes on until the connection ends or breaks.
    func relay(by proxy: FaultProxy) {
        var requests = ProxiedStream(.toServer)
        var replies = ProxiedStream(.toClient)
        var search: (pattern: [UInt8], progress: PatternSearch)?
        while true {
            let ready = wait(for: [requests, replies], proxy.conditions)
            let conditions = proxy.conditions
            if ready.client {
                guard let bytes = LoopbackSocket.read(client) else { return finish(requests, closed: client, proxy) }
                if let fault = Self.fault(in: bytes, &search, proxy) { return strike(fault, bytes, proxy) }
                if requests.take(bytes, under: conditions, now: .now) { proxy.count(troubled: bytes.count) }
            }
            if ready.server {
                guard let bytes = LoopbackSocket.read(server) else { return finish(replies, closed: server, proxy) }
                if replies.take(bytes, under: conditions, now: .now) { proxy.count(troubled: bytes.count) }
            }
            guard deliver(&requests, to: server, conditions), deliver(&replies, to: client, conditions) else { return }
        }
    }

    private func wait(
        for streams: [ProxiedStream],
        _ conditions: NetworkConditions
    ) -> (client: Bool, server: Bool) {
        let next = streams.compactMap { $0.nextDue(under: conditions) }.min()
        let limit = min(next.map { max($0 - .now, .zero) } ?? Self.tick, Self.tick)
        var ready = zip([client, server], streams).map { descriptor, stream in
            pollfd(fd: stream.canTake ? descriptor : -1, events: Int16(POLLIN), revents: 0)
        }
        // Rounded up: whoever wakes a moment too early turns in circles.
        _ = poll(&ready, 2, Int32((limit / .milliseconds(1)).rounded(.up)))
        return (ready[0].revents != 0, ready[1].revents != 0)
    }

    private func deliver(_ stream: inout ProxiedStream, to end: Int32, _ conditions: NetworkConditions) -> Bool {
        while let bytes = stream.arrived(under: conditions, now: .now) {
            guard LoopbackSocket.write(bytes, to: end) else { return false }
        }
        return true
    }

    private static func fault(
        in bytes: [UInt8],
        _ search: inout (pattern: [UInt8], progress: PatternSearch)?,
        _ proxy: FaultProxy
    ) -> FaultProxy.Fault? {
        guard let pattern = proxy.pattern else { return nil }
        if search?.pattern != pattern { search = (pattern, PatternSearch(pattern)) }
        guard search?.progress.matches(bytes) == true else { return nil }
        return proxy.strike(at: pattern)
    }

    private func strike(_ fault: FaultProxy.Fault, _ bytes: [UInt8], _ proxy: FaultProxy) {
        switch fault {
        case .loseReply:
            _ = LoopbackSocket.write(bytes, to: server)
            // The server has worked on it when it answers; then nobody is told.
            _ = LoopbackSocket.read(server)
            shutdown(client, Int32(SHUT_RDWR))
            proxy.countFault()
        case .loseRequest:
            shutdown(client, Int32(SHUT_RDWR))
            proxy.countFault()
        case .holdRequest:
            let releases = proxy.releases
            shutdown(client, Int32(SHUT_RDWR))
            proxy.countFault()
            while proxy.releases == releases, !proxy.isStopped { usleep(5000) }
            _ = LoopbackSocket.write(bytes, to: server)
            _ = LoopbackSocket.read(server)
        }
    }

    /// One side has ended: the other gets what is under way, and learns of it unless the network loses that too.
    private func finish(_ stream: ProxiedStream, closed end: Int32, _ proxy: FaultProxy) {
        var stream = stream
        let other = end == client ? server : client
        while !stream.isEmpty {
            guard !proxy.isStopped, deliver(&stream, to: other, proxy.conditions) else { return }
            usleep(1000)
        }
        guard stream.isBroken || proxy.conditions.losing.contains(stream.direction) else { return }
        // Half-open: the other side talks to nobody until it gives up by itself.
        while LoopbackSocket.read(other) != nil {}
    }
}
