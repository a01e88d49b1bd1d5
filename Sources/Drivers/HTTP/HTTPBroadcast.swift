import NIOCore
import Synchronization

/// A body that many responses share: each piece is made once, and written to every reader as it comes.
///
/// Pieces are numbered from 0 on. The latest are kept, so that who comes back can be sent what it missed. A reader costs
/// no task and no thread; one that does not take what is sent is dropped.
public final class HTTPBroadcast: Sendable {
    /// What there is to send at a moment.
    struct Content {
        /// Number of the first piece that is kept.
        var first = 0
        var pieces: [ByteBuffer] = []
        /// Nothing follows.
        var isEnded = false

        /// Number of the next piece.
        var next: Int { first + pieces.count }
    }

    private struct State {
        var content = Content()
        var bytes = 0
        /// The loops that have readers.
        var loops: [ServerLoop] = []
    }

    /// Most pieces that are kept.
    private static let maxPieces = 240
    /// Most bytes that are kept: what is sent to a reader at once must not be too much for it.
    private static let maxBytes = 48 * 1_024

    private let farewells: [ByteBuffer]
    private let farewellCount = Atomic<Int>(0)
    private let state = Mutex(State())

    /// A body without pieces yet.
    ///
    /// - Parameter farewells: the last words to readers when the server drains, handed out in turn.
    public init(farewells: [[UInt8]] = []) {
        self.farewells = farewells.map { ByteBuffer(bytes: $0) }
    }

    /// Number of the next piece.
    public var next: Int { state.withLock { $0.content.next } }

    /// Number of the oldest piece that is kept.
    public var first: Int { state.withLock { $0.content.first } }

    /// Whether anybody reads.
    public var hasReaders: Bool { state.withLock { !$0.loops.isEmpty } }

    /// Sends a piece to everybody who reads; without effect after the end.
    public func publish(_ piece: [UInt8]) { add(piece, isLast: false) }

    /// Sends the last piece; then every connection is closed.
    public func end(with piece: [UInt8]) { add(piece, isLast: true) }

    /// A response's body: `opening`, then every piece from number `first` on.
    public func reading(opening: [UInt8], from first: Int, seat: HTTPSeat) -> HTTPBroadcastReading {
        HTTPBroadcastReading(broadcast: self, opening: opening, first: first, seat: seat)
    }

    /// The last words to a reader when the server drains, each in its turn.
    func nextFarewell() -> ByteBuffer? {
        guard !farewells.isEmpty else { return nil }
        return farewells[farewellCount.add(1, ordering: .relaxed).oldValue % farewells.count]
    }

    var content: Content { state.withLock { $0.content } }

    /// Tells a loop of new pieces from now on.
    func tell(_ loop: ServerLoop) { state.withLock { $0.loops.append(loop) } }

    /// Tells a loop no more.
    func tellNoMore(_ loop: ServerLoop) { state.withLock { state in state.loops.removeAll { $0 === loop } } }

    private func add(_ piece: [UInt8], isLast: Bool) {
        let loops = state.withLock { state in
            guard !state.content.isEnded else { return [ServerLoop]() }
            state.content.isEnded = isLast
            state.content.pieces.append(ByteBuffer(bytes: piece))
            state.bytes += piece.count
            while state.content.pieces.count > 1,
                state.content.pieces.count > Self.maxPieces || state.bytes > Self.maxBytes
            {
                state.bytes -= state.content.pieces.removeFirst().readableBytes
                state.content.first += 1
            }
            return state.loops
        }
        for loop in loops { loop.eventLoop.execute { loop.deliver(self) } }
    }
}

/// One response's part in a broadcast.
public struct HTTPBroadcastReading: Sendable {
    let broadcast: HTTPBroadcast
    let first: Int
    let seat: HTTPSeat
    /// What only this response begins with.
    public let opening: [UInt8]

    init(broadcast: HTTPBroadcast, opening: [UInt8], first: Int, seat: HTTPSeat) {
        self.broadcast = broadcast
        self.opening = opening
        self.first = first
        self.seat = seat
    }

    /// What a reader would be sent if it began now, for tests of handlers.
    public var soFar: [UInt8] {
        let content = broadcast.content
        return opening + content.pieces.dropFirst(max(0, first - content.first)).flatMap(\.readableBytesView)
    }
}
