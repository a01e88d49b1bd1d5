import Glibc
public import NIOCore
import NIOPosix

/// A client that sends the bytes it is given and reads what comes back; each wait ends within ten seconds.
public final class HTTPTestClient: Sendable {
    /// Nothing came for ten seconds.
    public struct TimedOut: Error, CustomStringConvertible {
        let received: String
        /// The failure with what was received.
        public var description: String { "nothing more within ten seconds after: \(received)" }
    }

    /// The connection ended too early.
    public struct Closed: Error, CustomStringConvertible {
        let received: String
        /// The failure with what was received.
        public var description: String { "closed after: \(received)" }
    }

    /// The loop of all clients.
    public static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// The connection.
    public let channel: any Channel
    private let inbox: NIOLoopBound<Inbox>

    private init(channel: any Channel, inbox: NIOLoopBound<Inbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects; without `reads` it does not take what comes until told to.
    public static func connect(_ port: Int, reads: Bool = true) async throws -> HTTPTestClient {
        try await ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: reads)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = Inbox()
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    return HTTPTestClient(
                        channel: channel,
                        inbox: NIOLoopBound(inbox, eventLoop: channel.eventLoop)
                    )
                }
            }
    }

    /// Sends text.
    public func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Sends bytes.
    public func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Shuts the sending side.
    public func finish() async throws {
        try await channel.close(mode: .output)
    }

    /// Closes with a reset.
    public func reset() async throws {
        let options = channel as? any SocketOptionProvider
        try await options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    /// Takes what comes from here on.
    public func resumeReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    /// Closes.
    public func close() async {
        try? await channel.close()  // it may be closed already
    }

    /// The next response.
    public func response(toHEAD: Bool = false) async throws -> HTTPTestResponse {
        try await wait { bytes, isClosed in HTTPTestResponse(taking: &bytes, toHEAD: toHEAD, isClosed: isClosed) }
    }

    /// What comes until the server ends the connection.
    public func rest() async throws -> String {
        try await wait { bytes, isClosed in isClosed ? String(decoding: bytes, as: UTF8.self) : nil }
    }

    /// Waits until `take` finds what it looks for in the bytes received so far.
    public func wait<Value: Sendable>(
        for take: @escaping @Sendable (inout [UInt8], Bool) -> Value?
    ) async throws -> Value {
        let promise = channel.eventLoop.makePromise(of: Value.self)
        channel.eventLoop.execute {
            let inbox = self.inbox.value
            let limit = self.channel.eventLoop.assumeIsolated().scheduleTask(in: .seconds(10)) {
                inbox.look = nil
                promise.fail(TimedOut(received: String(decoding: inbox.bytes, as: UTF8.self)))
            }
            inbox.look = {
                if let value = take(&inbox.bytes, inbox.isClosed) {
                    promise.succeed(value)
                } else if inbox.isClosed {
                    promise.fail(Closed(received: String(decoding: inbox.bytes, as: UTF8.self)))
                } else {
                    return
                }
                inbox.look = nil
                limit.cancel()
            }
            inbox.look?()
        }
        return try await promise.futureResult.get()
    }
}

/// What a client has received; on its event loop only.
private final class Inbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var bytes: [UInt8] = []
    var isClosed = false
    var look: (() -> Void)?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
        look?()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { end() }
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func end() {
        isClosed = true
        look?()
    }
}
