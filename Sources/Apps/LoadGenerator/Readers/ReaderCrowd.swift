import NIOCore
import NIOPosix

/// Readers of a sale's events who are there while others buy; on a thread of their own.
struct ReaderCrowd: Sendable {
    /// What they were sent, together.
    struct Tally: Sendable {
        var readers = 0
        var lost = 0
        var pieces = 0
        var bytes = 0
    }

    /// So many connect at a time.
    private static let wave = 50

    private let group: MultiThreadedEventLoopGroup
    private let readers: [NIOLoopBoundBox<EventReader?>]

    /// Connects so many to the instances, in turn, and waits until each has its answer.
    ///
    /// - Throws: ``LoadFault`` where one is not let in.
    static func open(_ count: Int, of sale: TargetSale, at endpoints: [Endpoint]) async throws -> ReaderCrowd {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        do {
            var readers: [NIOLoopBoundBox<EventReader?>] = []
            for first in stride(from: 0, to: count, by: wave) {
                try await withThrowingTaskGroup(of: NIOLoopBoundBox<EventReader?>.self) { tasks in
                    for number in first..<min(first + wave, count) {
                        tasks.addTask { try await connect(to: endpoints[number % endpoints.count], sale, loop) }
                    }
                    for try await reader in tasks { readers.append(reader) }
                }
            }
            return ReaderCrowd(group: group, readers: readers)
        } catch {
            try await group.shutdownGracefully()
            throw error as? LoadFault ?? LoadFault("a reader cannot connect: \(error)")
        }
    }

    /// Leaves; what they had until then.
    func close() async throws -> Tally {
        let readers = readers
        let tally = try await group.next().submit {
            readers.compactMap(\.value).reduce(into: Tally()) { tally, reader in
                tally.readers += 1
                tally.lost += reader.isOpen ? 0 : 1
                tally.pieces += reader.pieces
                tally.bytes += reader.bytes
            }
        }.get()
        try await group.shutdownGracefully()
        return tally
    }

    private static func connect(
        to endpoint: Endpoint,
        _ sale: TargetSale,
        _ loop: any EventLoop
    ) async throws -> NIOLoopBoundBox<EventReader?> {
        let begun = loop.makePromise(of: Void.self)
        let text = "GET /sales/\(sale.id)/events HTTP/1.1\r\nHost: \(endpoint.authority)\r\n\r\n"
        let slot = NIOLoopBoundBox.makeEmptyBox(valueType: EventReader.self, eventLoop: loop)
        let made = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let reader = EventReader(request: ByteBuffer(string: text), begun: begun)
                    slot.value = reader
                    try channel.pipeline.syncOperations.addHandler(reader)
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
        do {
            _ = try await made.get()
            try await begun.futureResult.get()
            return slot
        } catch {
            begun.fail(error)
            throw error
        }
    }
}

extension SaleAudit.Findings {
    /// Takes in what readers had; one that was lost has failed.
    mutating func add(_ tally: ReaderCrowd.Tally) {
        guard tally.readers > 0 else { return }
        numbers["readers"] = Double(tally.readers)
        numbers["reader_pieces"] = Double(tally.pieces)
        numbers["reader_kilobytes"] = (Double(tally.bytes) / 1000).rounded()
        if tally.lost > 0 { failures["lost (reader)"] = tally.lost }
    }
}
