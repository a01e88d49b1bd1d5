import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// Stands in for an instance behind a proxy: a listener that answers, or does not, as a test wants it.
final class ScriptedInstance: Sendable {
    /// What becomes of a request.
    enum Reply: Sendable {
        /// Bytes, after which the connection stays open.
        case bytes(String)
        /// Bytes at once, and more when an answer to anything but a stream would have taken too long.
        case stream(String, later: String)
        /// The connection ends without a word.
        case lost
    }

    let port: Int
    private let channel: any Channel
    private let checks: HealthChecks

    /// How often it was asked for its health.
    var checkCount: Int { checks.count.load(ordering: .relaxed) }

    /// Listens; `reply` is told each request but health checks, as text.
    init(health: Reply = ok("{}"), _ reply: @escaping @Sendable (String) -> Reply) async throws {
        let checks = HealthChecks(health)
        self.checks = checks
        port = try FreePorts.take(1)[0]
        channel = try await ServerBootstrap(group: HTTPTestClient.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Conversation(checks, reply))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    func stop() async throws { try await channel.close() }

    static func ok(_ body: String = "") -> Reply {
        .bytes("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}

/// What is answered to health checks, and how many there were.
private final class HealthChecks: Sendable {
    let reply: ScriptedInstance.Reply
    let count = Atomic<Int>(0)

    init(_ reply: ScriptedInstance.Reply) { self.reply = reply }
}

/// One connection: requests without bodies.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let checks: HealthChecks
    private let reply: @Sendable (String) -> ScriptedInstance.Reply
    private var text = ""

    init(_ checks: HealthChecks, _ reply: @escaping @Sendable (String) -> ScriptedInstance.Reply) {
        self.checks = checks
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard text.hasSuffix("\r\n\r\n") else { return }
        let request = text
        text = ""
        let isCheck = request.hasPrefix("GET /health/ready")
        if isCheck { checks.count.add(1, ordering: .relaxed) }
        switch isCheck ? checks.reply : reply(request) {
        case .bytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
        case .stream(let bytes, let later):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(4)) {
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: later)), promise: nil)
            }
        case .lost: context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// What instances were asked.
final class RequestLog: Sendable {
    private let requests = Mutex<[String]>([])

    var all: [String] { requests.withLock { $0 } }

    /// Notes a request; tells how many there are with it.
    func note(_ request: String) -> Int {
        requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
    }
}
