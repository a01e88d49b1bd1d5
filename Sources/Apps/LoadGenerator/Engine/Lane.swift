import NIOCore
import NIOPosix

/// One connection, with the operation that is under way on it; one request at a time.
///
/// Lives as long as the run and connects again whenever it must. Used on its event loop only.
final class Lane: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let visit = Visit()
    let endpoint: Endpoint
    var request: RequestBuffer
    /// When the operation was meant to begin, and whether it counts.
    var intendedAt: UInt64 = 0
    var isCounted = false
    /// What the latency of the request that is under way counts from; 0 where none is.
    private(set) var since: UInt64 = 0
    /// When it was sent.
    private(set) var sentAt: UInt64 = 0
    private unowned let owner: any LaneOwner
    private var context: ChannelHandlerContext?
    private var partial: ByteBuffer?

    init(endpoint: Endpoint, owner: any LaneOwner) {
        self.endpoint = endpoint
        self.owner = owner
        request = RequestBuffer(host: endpoint.authority)
    }

    var isOpen: Bool { context != nil }
    var isBusy: Bool { since != 0 }

    /// Sends what is in ``request``; its latency counts from `since`.
    func send(since: UInt64, now: UInt64) {
        self.since = since
        sentAt = now
        guard let context else { return lose("no connection") }
        context.writeAndFlush(wrapOutboundOut(request.bytes), promise: nil)
    }

    /// Gives up on the request under way, and on the connection with it.
    func lose(_ reason: String) {
        let wasBusy = isBusy
        since = 0
        partial = nil
        let context = self.context
        self.context = nil
        context?.close(promise: nil)
        owner.lost(self, reason, wasBusy: wasBusy)
    }

    /// Closes without a word.
    func close() {
        let context = self.context
        self.context = nil
        context?.close(promise: nil)
    }

    /// Takes a connection that was made, with this handler in it.
    func open(_ channel: any Channel) { context = try? channel.pipeline.syncOperations.context(handler: self) }

    func channelInactive(context: ChannelHandlerContext) {
        if self.context === context { lose("connection closed") }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.context === context { lose("connection broken") }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.context === context else { return }
        var bytes = unwrapInboundIn(data)
        if partial != nil {
            partial?.writeBuffer(&bytes)
            bytes = partial ?? bytes
        }
        guard isBusy else { return lose("unasked bytes") }
        let taken = bytes.withUnsafeReadableBytes { take($0) }
        if taken { partial = nil } else if isOpen, partial == nil { partial = bytes }
    }

    /// Hands over a whole answer; false while it is not whole.
    private func take(_ received: UnsafeRawBufferPointer) -> Bool {
        switch ResponseHead.scan(received) {
        case .incomplete: return false
        case .malformed:
            lose("malformed answer")
            return true
        case .head(let head):
            let length = head.length + head.bodyLength
            guard received.count >= length else { return false }
            guard received.count == length else {
                lose("malformed answer")
                return true
            }
            let answer = Answer(
                status: head.status,
                head: UnsafeRawBufferPointer(rebasing: received[..<head.length]),
                body: UnsafeRawBufferPointer(rebasing: received[head.length..<length])
            )
            finish(answer, closes: head.closes)
            return true
        }
    }

    private func finish(_ answer: Answer, closes: Bool) {
        let began = since
        since = 0
        // The next answer may not be appended to this one: forget it before the owner sends again.
        partial = nil
        if closes { close() }
        owner.answered(self, answer, since: began)
    }
}

/// Who decides what a lane does next.
protocol LaneOwner: AnyObject {
    /// A whole answer arrived; `since` is what the request was sent with.
    func answered(_ lane: Lane, _ answer: Answer, since: UInt64)
    /// The connection is gone, and with it the answer to a request if there was one.
    func lost(_ lane: Lane, _ reason: String, wasBusy: Bool)
}
