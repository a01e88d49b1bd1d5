import NIOCore

/// What the connections of one event loop share; touched on that loop only.
///
/// `@unchecked Sendable` because every member is used on `eventLoop` only, which `execute` and the channel callbacks
/// guarantee.
final class ServerLoop: @unchecked Sendable {
    let server: ServerState
    let eventLoop: any EventLoop
    let executor: EventLoopExecutor
    /// The time of the last sweep; good enough for timeouts.
    private(set) var now = ContinuousClock.now
    var requestIDs = RequestIDs()
    /// Responses are rendered here; reused as soon as the channel has let go of it.
    var output: ByteBuffer
    /// The headers that every response has, `Date` among them.
    private(set) var commonLines: [UInt8] = []

    private var connections: [HTTPConnection] = []
    private var readers: [ObjectIdentifier: BroadcastReaders] = [:]
    private var renderedSecond = Int.min
    private var sweep: RepeatedTask?

    init(server: ServerState, eventLoop: any EventLoop) {
        self.server = server
        self.eventLoop = eventLoop
        self.executor = EventLoopExecutor.of(eventLoop)
        self.output = ByteBufferAllocator().buffer(capacity: 4_096)
    }

    func start() {
        eventLoop.assertInEventLoop()
        renderDate()
        let interval = TimeAmount(server.configuration.sweepInterval)
        sweep = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [weak self] _ in
            self?.tick()
        }
    }

    func stop() {
        sweep?.cancel()
        sweep = nil
    }

    func add(_ connection: HTTPConnection) {
        connection.slot = connections.count
        connections.append(connection)
    }

    /// Takes a connection out by moving the last one to its place.
    func remove(_ connection: HTTPConnection) {
        let slot = connection.slot
        guard slot >= 0 else { return }
        connection.slot = -1
        let last = connections.removeLast()
        if last !== connection {
            connections[slot] = last
            last.slot = slot
        }
    }

    /// The readers of a broadcast on this loop; told of new pieces from here on.
    func readers(of broadcast: HTTPBroadcast) -> BroadcastReaders {
        if let known = readers[ObjectIdentifier(broadcast)] { return known }
        let made = BroadcastReaders(broadcast: broadcast, eventLoop: eventLoop)
        readers[ObjectIdentifier(broadcast)] = made
        broadcast.tell(self)
        return made
    }

    /// Forgets readers that have all gone.
    func removeIfEmpty(_ gone: BroadcastReaders) {
        guard gone.isEmpty, readers.removeValue(forKey: ObjectIdentifier(gone.broadcast)) != nil else { return }
        gone.broadcast.tellNoMore(self)
    }

    /// Sends a broadcast's new pieces to its readers on this loop.
    func deliver(_ broadcast: HTTPBroadcast) { readers[ObjectIdentifier(broadcast)]?.deliver() }

    func drain() {
        // Readers leave the list while they are told to go.
        for connection in Array(connections) { connection.drain() }
    }

    func closeAll() {
        for connection in Array(connections) { connection.abort() }
    }

    private func tick() {
        now = .now
        renderDate()
        for connection in connections { connection.tick(now) }
    }

    private func renderDate() {
        let second = HTTPDate.currentSecond()
        guard second != renderedSecond else { return }
        renderedSecond = second
        commonLines = Array("Date: \(HTTPDate.render(second))\r\nX-Content-Type-Options: nosniff\r\n".utf8)
    }
}
