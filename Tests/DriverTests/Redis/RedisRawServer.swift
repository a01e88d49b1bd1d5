import NIOCore
import NIOPosix
import Synchronization

/// A server that answers each command with whatever a test wants.
final class RedisRawServer: Sendable {
    /// What happens after a command.
    enum Answer: Sendable {
        /// These bytes go out.
        case bytes(String)
        /// These bytes go out and the connection ends.
        case lastBytes(String)
        /// Nothing.
        case silence
    }

    /// From the number of the connection, from 0, and the words of a command.
    typealias Behaviour = @Sendable (_ connection: Int, _ words: [String]) -> Answer

    let url: String
    private let channel: any Channel
    private let recorded: Recorded

    private init(channel: any Channel, recorded: Recorded) {
        self.channel = channel
        self.recorded = recorded
        url = "redis://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// The commands of each read, in order.
    var chunks: [[[String]]] { recorded.chunks.withLock { $0 } }

    /// Runs `body` with a server.
    static func with<Value>(
        _ behaviour: @escaping Behaviour,
        _ body: (RedisRawServer) async throws -> Value
    ) async throws -> Value {
        let recorded = Recorded()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                let number = recorded.connections.wrappingAdd(1, ordering: .relaxed).oldValue
                return child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(
                        Conversation(number: number, behaviour: behaviour, recorded: recorded)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = RedisRawServer(channel: channel, recorded: recorded)
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }

    /// `+OK` to every command of a greeting, `+PONG` to its last.
    static func greeting(_ words: [String]) -> Answer? {
        switch words.first {
        case "AUTH", "SELECT", "SCRIPT": .bytes("+OK\r\n")
        case "PING": .bytes("+PONG\r\n")
        default: nil
        }
    }

    private final class Recorded: Sendable {
        let connections = Atomic(0)
        let chunks = Mutex<[[[String]]]>([])
    }

    private final class Conversation: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let number: Int
        private let behaviour: Behaviour
        private let recorded: Recorded
        private var lines = ""

        init(number: Int, behaviour: @escaping Behaviour, recorded: Recorded) {
            self.number = number
            self.behaviour = behaviour
            self.recorded = recorded
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            lines += String(buffer: unwrapInboundIn(data))
            var commands: [[String]] = []
            while let words = nextCommand() { commands.append(words) }
            recorded.chunks.withLock { [commands] in $0.append(commands) }
            for words in commands {
                switch behaviour(number, words) {
                case .bytes(let text): write(text, context)
                case .lastBytes(let text):
                    write(text, context)
                    // Not by closing the descriptor: a process that another test starts just now may have it, too.
                    context.close(mode: .output, promise: nil)
                case .silence: break
                }
            }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }

        /// The words hold no line ends in these tests.
        private func nextCommand() -> [String]? {
            let parts = lines.split(separator: "\r\n", omittingEmptySubsequences: false)
            guard let head = parts.first, head.hasPrefix("*"), let count = Int(head.dropFirst()),
                parts.count > 2 * count + 1
            else { return nil }
            lines = parts.dropFirst(2 * count + 1).joined(separator: "\r\n")
            return (0..<count).map { String(parts[2 * $0 + 2]) }
        }
    }
}
