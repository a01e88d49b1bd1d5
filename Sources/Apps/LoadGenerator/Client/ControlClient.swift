import NIOCore
import NIOHTTP1
import NIOPosix

/// Calls off the hot path: operators' ones, metrics, waiting; a connection a call.
struct ControlClient: Sendable {
    /// A whole answer.
    struct Reply: Sendable {
        let status: Int
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let endpoint: Endpoint
    /// The operators' token; `nil` where none is needed.
    var token: String?
    let group: any EventLoopGroup

    /// Asks for something and collects the answer.
    ///
    /// - Throws: ``LoadFault`` where the instance cannot be reached or breaks off.
    func get(_ path: String) async throws -> Reply { try await collect(.GET, path, nil) }

    /// Posts JSON and collects the answer.
    ///
    /// - Throws: ``LoadFault`` where the instance cannot be reached or breaks off.
    func post(_ path: String, json: String) async throws -> Reply { try await collect(.POST, path, json) }

    /// Asks for something and hands over the body as it comes; gives up after ten minutes.
    ///
    /// - Returns: the status.
    /// - Throws: ``LoadFault`` where the instance cannot be reached or breaks off.
    func stream(_ path: String, _ each: (UnsafeRawBufferPointer) -> Void) async throws -> Int {
        try await request(.GET, path, nil) { $0.withUnsafeReadableBytes(each) }
    }

    private func collect(_ method: HTTPMethod, _ path: String, _ json: String?) async throws -> Reply {
        var body: [UInt8] = []
        let status = try await request(method, path, json) { body.append(contentsOf: $0.readableBytesView) }
        return Reply(status: status, body: body)
    }

    private func request(
        _ method: HTTPMethod,
        _ path: String,
        _ json: String?,
        _ each: (ByteBuffer) -> Void
    ) async throws -> Int {
        do {
            return try await exchange(method, path, json, each)
        } catch let fault as LoadFault {
            throw fault
        } catch {
            throw LoadFault("\(method) \(endpoint)\(path) failed: \(error)")
        }
    }

    private func exchange(
        _ method: HTTPMethod,
        _ path: String,
        _ json: String?,
        _ each: (ByteBuffer) -> Void
    ) async throws -> Int {
        let channel = try await connect()
        let timeout = channel.channel.eventLoop.scheduleTask(in: .minutes(10)) { channel.channel.close(promise: nil) }
        defer { timeout.cancel() }
        var answered: Int?
        do {
            try await channel.executeThenClose { inbound, outbound in
                try await send(method, path, json, outbound)
                var status = 0
                for try await part in inbound {
                    switch part {
                    case .head(let head): status = Int(head.status.code)
                    case .body(let bytes): each(bytes)
                    case .end:
                        answered = status
                        return
                    }
                }
            }
        } catch  where answered != nil {
            // The server may close first; the answer is whole all the same.
        }
        guard let answered else { throw LoadFault("\(method) \(endpoint)\(path): the answer broke off") }
        return answered
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        _ json: String?,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async throws {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers = ["Host": endpoint.authority, "Connection": "close"]
        if let token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let json {
            head.headers.add(name: "Content-Type", value: "application/json")
            head.headers.add(name: "Content-Length", value: "\(json.utf8.count)")
        }
        try await outbound.write(.head(head))
        if let json { try await outbound.write(.body(.byteBuffer(ByteBuffer(string: json)))) }
        try await outbound.write(.end(nil))
    }

    private func connect() async throws -> NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
        try await ClientBootstrap(group: group)
            .connectTimeout(.seconds(5))
            .connect(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }
}
