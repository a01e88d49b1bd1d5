import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Opens the listening socket and sets up each connection.
struct HTTPListener {
    let state: ServerState
    let loops: [ObjectIdentifier: ServerLoop]

    func bind(on group: any EventLoopGroup) async throws(HTTPServerError) -> any Channel {
        let configuration = state.configuration
        let state = state
        let loops = loops
        let mark = configuration.outputHighWaterBytes
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: CInt(clamping: configuration.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(state: state))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: mark / 2, high: mark))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try Self.setUp(channel, state, loops) }
            }
        do {
            return try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch {
            throw Self.error(error, at: "\(configuration.host):\(configuration.port)")
        }
    }

    private static func setUp(
        _ channel: any Channel,
        _ state: ServerState,
        _ loops: [ObjectIdentifier: ServerLoop]
    ) throws {
        guard let loop = loops[ObjectIdentifier(channel.eventLoop)] else {
            preconditionFailure("a connection runs on a loop of the server's group")
        }
        guard !state.isClosing.load(ordering: .relaxed), let kind = state.connectionBegan() else {
            state.observer?.rejected(.tooManyConnections)
            throw HTTPRejection.tooManyConnections  // closes the channel
        }
        if kind == .regular { state.observer?.connectionOpened() }
        let connection = HTTPConnection(loop: loop, kind: kind)
        try channel.pipeline.syncOperations.addHandlers(connection, RequestPartSink(connection: connection))
    }

    private static func error(_ error: any Error, at address: String) -> HTTPServerError {
        let (code, reason): (HTTPServerError.Code, String) =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: (.addressInUse, "address in use")
            case EACCES, EPERM: (.permissionDenied, "permission denied")
            case EADDRNOTAVAIL: (.addressNotAvailable, "address not available")
            default: (.bindFailed, "\(error)")
            }
        return HTTPServerError(code, "cannot listen on \(address): \(reason)", underlying: error)
    }
}
