import Glibc
import NIOCore
import Synchronization

/// A connection whose last response has no end of its own: it is sent what a broadcast publishes.
///
/// The exchange is over for everybody else: no handler runs, no deadline holds, and the connection is not idle.
extension HTTPConnection {
    /// A reader's side of a broadcast.
    struct Following {
        let readers: BroadcastReaders
        var slot: Int
        /// Number of the piece that is to be sent next.
        var next: Int
        let seat: HTTPSeat
    }

    /// What the kernel may hold for a reader, so that one who does not read is noticed.
    private static let sendBufferBytes: Int = 64 * 1_024
    /// How long what was sent may go unacknowledged: who vanished without a word is not kept longer.
    private static let userTimeoutMilliseconds: Int = 30_000

    /// Sends head and opening, and goes on with the broadcast's pieces; the connection serves nothing else.
    func follow(_ body: HTTPBroadcastReading, _ response: HTTPResponse) {
        guard let context else { return }
        guard !server.isClosing.load(ordering: .relaxed) else { return reject(.overloaded) }
        exchange.bytesOut += render(response, id: exchange.request?.id ?? "", keepsAlive: false)
        exchange.bytesOut += body.opening.count
        context.write(wrapOutboundOut(loop.output), promise: nil)
        context.write(wrapOutboundOut(ByteBuffer(bytes: body.opening)), promise: nil)
        endExchange(status: response.status)
        phase = .following
        since = loop.now
        input = ByteBuffer()
        fedCount = 0
        bound(context.channel)
        let readers = loop.readers(of: body.broadcast)
        following = Following(readers: readers, slot: readers.add(self), next: body.first, seat: body.seat)
        context.flush()
        catchUp(with: body.broadcast.content)
        if isInputEnded { return abort() }
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    /// Writes the pieces that this reader has not been sent; drops it where it is too far behind.
    func catchUp(with content: HTTPBroadcast.Content) {
        guard case .following = phase, let following, let context else { return }
        guard context.channel.isWritable, following.next >= content.first else { return drop() }
        guard following.next < content.next else {
            if content.isEnded { endFollowing() }
            return
        }
        let new = content.pieces[(following.next - content.first)...]
        self.following?.next = content.next
        following.seat.audience.took(new.count)
        since = loop.now
        for piece in new { context.write(wrapOutboundOut(piece), promise: nil) }
        if content.isEnded { endFollowing() } else { context.flush() }
    }

    /// Tells the reader to go elsewhere, and does not wait until it has heard.
    func dismiss() {
        guard let following, let context else { return }
        if let farewell = following.readers.broadcast.nextFarewell(), context.channel.isWritable {
            context.writeAndFlush(wrapOutboundOut(farewell), promise: nil)
        }
        leave()
        abort()
    }

    /// The broadcast is over: closes when the reader has taken the rest.
    private func endFollowing() {
        leave()
        phase = .complete
        closeAfterFlush()
    }

    /// Ends a reader that does not take what it is sent.
    func drop() {
        following?.seat.audience.droppedOne()
        leave()
        abort()
    }

    /// Lets go of the seat.
    func leave() {
        guard let following = following.take() else { return }
        following.readers.remove(at: following.slot)
        loop.removeIfEmpty(following.readers)
    }

    private func bound(_ channel: any Channel) {
        // Bounds that tighten; where the system does not know them, what is unsent is still bounded.
        try? channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: Self.sendBufferBytes)
        try? channel.syncOptions?.setOption(
            .tcpOption(.init(rawValue: TCP_USER_TIMEOUT)),
            value: Self.userTimeoutMilliseconds
        )
    }
}
