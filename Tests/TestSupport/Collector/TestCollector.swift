import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Stands where a collector of traces would: takes what is exported, and answers as it is told.
public final class TestCollector: Sendable {
    /// How exports are answered.
    public enum Manner: Sendable {
        /// Taken.
        case take
        /// With this status and, where given, `Retry-After`.
        case answer(Int, retryAfter: Int? = nil)
        /// Taken, but for so many spans.
        case rejectSome(Int)
        /// Not at all; the connection stays open.
        case keepSilent
    }

    /// One export as it came.
    public struct Export: Sendable {
        /// The path.
        public let target: String
        /// The headers.
        public let headers: [(name: String, value: String)]
        /// The body.
        public let body: [UInt8]

        /// The first value of a header.
        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    private struct State {
        var manners: [Manner]
        var exports: [Export] = []
    }

    private let state: Mutex<State>
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listener: Mutex<(any Channel)?> = Mutex(nil)

    private init(_ manners: [Manner]) { state = Mutex(State(manners: manners)) }

    /// Listens on a free port, and answers one export after another like this, the rest like the last.
    public static func start(_ manners: Manner...) async throws -> TestCollector {
        let collector = TestCollector(manners.isEmpty ? [.take] : manners)
        let listener = try await ServerBootstrap(group: collector.group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ExportHandler(collector: collector))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        collector.listener.withLock { $0 = listener }
        return collector
    }

    /// Where it listens, on 127.0.0.1.
    public var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    /// Everything that came so far.
    public var exports: [Export] { state.withLock { $0.exports } }

    /// Answers like this from now on.
    public func behave(_ manner: Manner) { state.withLock { $0.manners = [manner] } }

    /// Listens no more.
    public func stop() async throws {
        try await listener.withLock { $0.take() }?.close()
        try await group.shutdownGracefully()
    }

    fileprivate func take(_ export: Export) -> Manner {
        state.withLock { state in
            state.exports.append(export)
            return state.manners.count > 1 ? state.manners.removeFirst() : state.manners[0]
        }
    }
}

private final class ExportHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let collector: TestCollector
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(collector: TestCollector) { self.collector = collector }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let bytes): body += Array(bytes.readableBytesView)
        case .end:
            guard let head else { return }
            let export = TestCollector.Export(
                target: head.uri,
                headers: head.headers.map { ($0.name, $0.value) },
                body: body
            )
            switch collector.take(export) {
            case .take: answer(200, context: context)
            case .answer(let status, let seconds): answer(status, retryAfter: seconds, context: context)
            case .rejectSome(let count):
                answer(200, #"{"partialSuccess":{"rejectedSpans":"\#(count)"}}"#, context: context)
            case .keepSilent: break
            }
        }
    }

    private func answer(
        _ status: Int,
        _ text: String = "{}",
        retryAfter: Int? = nil,
        context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders([("Content-Type", "application/json"), ("Content-Length", "\(text.utf8.count)")])
        if let retryAfter { headers.add(name: "Retry-After", value: "\(retryAfter)") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
