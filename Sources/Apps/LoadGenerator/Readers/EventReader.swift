import NIOCore

/// One connection that follows a sale and counts what it is sent; on its event loop only.
final class EventReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let good = Array("HTTP/1.1 200".utf8)

    private let request: ByteBuffer
    private var hasAnswer = false
    private var isEndOfLine = false
    /// Told once: whether the answer is events.
    private var begun: EventLoopPromise<Void>?
    /// Events and comments.
    private(set) var pieces = 0
    private(set) var bytes = 0
    private(set) var isOpen = false

    init(request: ByteBuffer, begun: EventLoopPromise<Void>) {
        self.request = request
        self.begun = begun
    }

    func channelActive(context: ChannelHandlerContext) {
        isOpen = true
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let received = unwrapInboundIn(data)
        bytes += received.readableBytes
        if !hasAnswer {
            hasAnswer = true
            let isGood = received.readableBytesView.starts(with: Self.good)
            isGood ? begun?.succeed() : begun?.fail(LoadFault("a reader was not let in"))
            begun = nil
        }
        received.withUnsafeReadableBytes { bytes in
            for byte in bytes {
                let isEnd = byte == 0x0A
                if isEnd, isEndOfLine { pieces += 1 }
                isEndOfLine = isEnd
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOpen = false
        begun?.fail(LoadFault("a reader was not answered"))
        begun = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
