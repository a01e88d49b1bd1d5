import NIOCore
import NIOHTTP1

/// One client's connection: requests are read, handled and answered one after the other.
///
/// Bytes reach the parser only up to the end of the request in hand; pipelined requests wait as bytes, and reading
/// stops at `inputHighWaterBytes` of them.
///
/// `@unchecked Sendable` because every member is used on the channel's event loop only: channel callbacks run there,
/// and so do the tasks, which prefer its executor; `onLoop` brings all others there.
final class HTTPConnection: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests, or within a head.
        case head
        /// Within a body of known length.
        case sizedBody(remaining: Int)
        case chunkedBody
        /// The request is complete; its response is not.
        case complete
        /// The last response is on its way out; input is dropped.
        case closing
        /// Our side is shut; input is dropped until the client's end.
        case lingering
        /// What a broadcast publishes goes out; input is dropped, and its end ends the connection.
        case following
        case closed
    }

    let loop: ServerLoop
    let kind: ConnectionKind
    var context: ChannelHandlerContext?
    let decoder: HTTPRequestDecoder
    /// Position in the loop's list of connections; -1 if not there.
    var slot = -1

    var phase = Phase.head
    var exchange = Exchange(number: 0)
    /// The broadcast that is followed.
    var following: Following?
    /// When the present wait began.
    var since: ContinuousClock.Instant
    /// Bytes read and not done with.
    var input = ByteBuffer()
    /// How many of them the parser has seen.
    var fedCount = 0
    var scanner = LineScanner()
    var requestLine = RequestLine()
    var headCount = 0
    var parsedHead: HTTPRequestHead?
    var isEndParsed = false
    var bodyFailure: HTTPRejection?

    var isPumping = false
    var needsFlush = false
    var isReadHeld = false
    /// The client has shut its side.
    var isInputEnded = false
    /// Bytes that waited for the client at the last look.
    var lastOutputCount = 0

    var server: ServerState { loop.server }
    var configuration: HTTPServerConfiguration { loop.server.configuration }

    init(loop: ServerLoop, kind: ConnectionKind = .regular) {
        self.loop = loop
        self.kind = kind
        self.since = loop.now
        var limits = NIOHTTPDecoderLimitConfiguration()
        let configuration = loop.server.configuration
        limits.maxHeaderFieldSize = configuration.maxHeadBytes
        limits.maxHeaderListSize = configuration.maxHeadBytes
        // One more, so that the head's own check names the reason; trailers count too.
        limits.maxHeaderFieldCount = configuration.maxHeaderFields + 1
        decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        decoder.decoderAdded(context: context)
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that never became active is told of its end here only.
        didClose()
        decoder.decoderRemoved(context: context)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .closing, .lingering, .following, .closed: return
        case .head, .sizedBody, .chunkedBody, .complete: break
        }
        var bytes = unwrapInboundIn(data)
        if case .head = phase, headCount == 0 { since = loop.now }
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.discardReadBytes()
            input.writeBuffer(&bytes)
        }
        pump()
    }

    /// Holds back reading while enough input waits.
    func read(context: ChannelHandlerContext) {
        if isInputFull { isReadHeld = true } else { context.read() }
    }

    var isInputFull: Bool {
        input.readableBytes - fedCount >= configuration.inputHighWaterBytes || isBodyFull
    }

    /// Whether a streaming handler has more of its body to take than it may leave waiting.
    var isBodyFull: Bool {
        exchange.body.count >= configuration.inputHighWaterBytes && exchange.isStreamingRoute
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            exchange.writer.take()?.resume(returning: .success(()))
            pump()
        } else {
            since = loop.now
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        isInputEnded = true
        switch phase {
        case .lingering, .following: abort()
        case .head, .sizedBody, .chunkedBody, .complete, .closing, .closed: pump()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        abort()
    }

    func channelInactive(context: ChannelHandlerContext) {
        didClose()
    }

    private func didClose() {
        if case .closed = phase { return }
        phase = .closed
        leave()
        input = ByteBuffer()
        failBody(.connectionClosed)
        // A handler that still runs keeps the connection in the sweep's list, which watches its deadline.
        if exchange.stage != .handling { endExchange(status: 499) }
        if exchange.stage == .none { loop.remove(self) }
        if kind == .regular { server.observer?.connectionClosed() }
        server.connectionEnded(kind)
    }

    /// Closes at once; what was not sent is lost.
    func abort() {
        context?.close(promise: nil)
    }

    /// Closes if there is nothing to wait for; else the next response says `Connection: close`.
    func drain() {
        if case .following = phase { return dismiss() }
        if case .head = phase, headCount == 0, input.readableBytes == 0 { closeAfterFlush() }
    }

    /// Runs `body` on the event loop, at once if already there.
    func onLoop(_ body: @escaping @Sendable () -> Void) {
        if loop.eventLoop.inEventLoop { body() } else { loop.eventLoop.execute(body) }
    }
}

/// Hands what the parser made of the bytes back to the connection.
final class RequestPartSink: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let connection: HTTPConnection

    init(connection: HTTPConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): connection.parsedHead = head
        case .body(let bytes): connection.takeBody(bytes)
        case .end(let trailers):
            if let trailers, RequestHead.isMisplaced(inTrailers: trailers) {
                connection.bodyFailure = .badRequest("misplaced trailer field")
            }
            connection.isEndParsed = true
        }
    }

    /// The parser's errors come back from `decode` as well.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
