import NIOCore
import NIOEmbedded
import Synchronization

@testable import HTTP

/// Requests on a connection without a socket, read by the server's own handler under narrow limits.
///
/// Whatever the bytes: the same requests are seen when they come at once and in pieces. A limit may end the connection
/// earlier on one of the two ways; it never adds a request.
enum HTTPExercise {
    static func run(_ bytes: [UInt8]) {
        let whole = Witness.of([bytes])
        let cut = Witness.of(pieces(of: bytes))
        let (short, long) = whole.requests.count < cut.requests.count ? (whole, cut) : (cut, whole)
        precondition(long.requests.starts(with: short.requests), "the cuts change a request: \(whole) \(cut)")
        precondition(short.requests == long.requests || short.hasMetLimit, "the cuts hide a request: \(whole) \(cut)")
    }
}

/// Notes what a connection took for a request.
///
/// There are no routes, so each whole one is not found.
private final class Witness: HTTPObserver, CustomStringConvertible {
    struct Seen: Equatable {
        let method: HTTPMethod
        let target: String
        let bodyCount: Int
    }

    private struct Notes {
        var requests: [Seen] = []
        var hasMetLimit = false
    }

    private let notes = Mutex(Notes())

    var requests: [Seen] { notes.withLock { $0.requests } }
    var hasMetLimit: Bool { notes.withLock { $0.hasMetLimit } }
    var description: String { "\(requests)" }

    /// What comes of bytes that arrive in these pieces, the client's end of input after them.
    static func of(_ pieces: [[UInt8]]) -> Witness {
        let witness = Witness()
        let eventLoop = EmbeddedEventLoop()
        let state = ServerState(
            configuration: limits,
            router: HTTPRouter(),
            rejection: { rejection, _ in HTTPResponse(status: rejection.status) },
            observer: witness
        )
        let loop = ServerLoop(server: state, eventLoop: eventLoop)
        let connection = HTTPConnection(loop: loop)
        let channel = EmbeddedChannel(handlers: [connection, RequestPartSink(connection: connection)], loop: eventLoop)
        // A connection that was refused is closed, and takes nothing more.
        for piece in pieces { _ = try? channel.writeInbound(ByteBuffer(bytes: piece)) }
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        _ = try? channel.finish()
        precondition(state.bodyBytes.load(ordering: .relaxed) == 0, "bytes of a body stay on the books")
        return witness
    }

    /// So narrow that inputs of libFuzzer's size get there.
    private static var limits: HTTPServerConfiguration {
        var limits = HTTPServerConfiguration()
        limits.maxHeadBytes = 512
        limits.maxTargetBytes = 128
        limits.maxHeaderFields = 8
        limits.maxBodyBytes = 256
        limits.inputHighWaterBytes = 1_024
        return limits
    }

    func connectionOpened() {}

    func connectionClosed() {}

    func acceptFailed(_ errno: Int32) {}

    func requestFinished(_ report: HTTPRequestReport) {
        guard report.status == 404 else { return }
        let seen = Seen(method: report.request.method, target: report.request.target, bodyCount: report.bytesIn)
        notes.withLock { $0.requests.append(seen) }
    }

    func rejected(_ rejection: HTTPRejection) {
        switch rejection {
        case .headersTooLarge, .uriTooLong, .bodyTooLarge, .badRequest("too much chunk framing"):
            notes.withLock { $0.hasMetLimit = true }
        default: break
        }
    }
}
