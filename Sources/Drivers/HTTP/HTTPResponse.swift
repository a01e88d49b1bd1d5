/// What a handler answers.
///
/// The driver adds `Content-Length` or chunked framing, `Date`, `X-Request-Id`, `X-Content-Type-Options: nosniff`,
/// `Connection` where needed, `Server-Timing` with the `traceparent` of a trace that is kept, and
/// `Cache-Control: no-store` unless there is a `Cache-Control`.
public struct HTTPResponse: Sendable {
    /// The body of a response.
    public enum Body: Sendable {
        /// A body that is there.
        case bytes([UInt8])
        /// A body that is made while it is sent: chunked, or up to the end of the connection in HTTP/1.0.
        case stream(HTTPBodyStream)
        /// A body that is shared with others and goes on until it is over or the client goes; ends the connection.
        case broadcast(HTTPBroadcastReading)
    }

    /// The status, 200 to 599; any other is answered 500.
    public var status: Int
    /// The `Content-Type` header.
    public var contentType: HTTPHeader?
    /// Further headers.
    public var headers: [HTTPHeader]
    /// The body; left out for HEAD, 204 and 304.
    public var body: Body

    /// Makes a response with a body that is there.
    public init(status: Int, contentType: HTTPHeader? = nil, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = .bytes(body)
    }

    /// Makes a response with a body that is made while it is sent.
    public init(status: Int, contentType: HTTPHeader?, headers: [HTTPHeader] = [], stream: HTTPBodyStream) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = .stream(stream)
    }

    /// A response that follows a broadcast.
    public init(status: Int, contentType: HTTPHeader?, headers: [HTTPHeader] = [], following: HTTPBroadcastReading) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = .broadcast(following)
    }

    /// A response with a JSON body.
    public static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: .json, body: body)
    }

    /// The first value of a header of the handler's own, its name compared without case.
    public func header(_ name: String) -> String? {
        if let contentType, ASCII.same(contentType.name, name) { return contentType.value }
        return headers.first { ASCII.same($0.name, name) }?.value
    }
}

/// Makes a body while it is sent.
public struct HTTPBodyStream: Sendable {
    let produce: @Sendable (HTTPBodyWriter) async throws -> Void

    /// Wraps a producer.
    ///
    /// - Parameter produce: runs once, in the request's task, after the handler returned. Throwing before the first
    ///   write gives 500; throwing later breaks off the connection, so that the client does not take the part for
    ///   the whole.
    public init(_ produce: @escaping @Sendable (HTTPBodyWriter) async throws -> Void) {
        self.produce = produce
    }

    /// Runs the producer against a writer, for tests of handlers.
    public func write(to writer: HTTPBodyWriter) async throws {
        try await produce(writer)
    }
}

/// Where a stream puts its bytes.
public struct HTTPBodyWriter: Sendable {
    private let sink: @Sendable ([UInt8]) async throws(HTTPBodyError) -> Void

    /// Makes a writer over any sink.
    public init(_ sink: @escaping @Sendable ([UInt8]) async throws(HTTPBodyError) -> Void) {
        self.sink = sink
    }

    /// Sends a piece at once, and waits while more than `outputHighWaterBytes` are on their way to the client.
    ///
    /// Pieces of 4 to 64 KB cost least. Empty ones are skipped. One caller at a time.
    /// - Throws: `connectionClosed`, or `timedOut` when the client took nothing for `bodyTimeout`.
    public func write(_ bytes: [UInt8]) async throws(HTTPBodyError) {
        try await sink(bytes)
    }
}

/// Where a streaming handler takes the request's body from.
public struct HTTPBodyReader: Sendable {
    private let source: @Sendable () async throws(HTTPBodyError) -> [UInt8]?

    /// Makes a reader over any source.
    public init(_ source: @escaping @Sendable () async throws(HTTPBodyError) -> [UInt8]?) {
        self.source = source
    }

    /// Waits for the next piece, of at most about `inputHighWaterBytes`; `nil` at the end of the body.
    ///
    /// Reading from the connection stops while pieces are not taken. One caller at a time.
    /// - Throws: ``HTTPBodyError``; the client has been answered then.
    public func next() async throws(HTTPBodyError) -> [UInt8]? {
        try await source()
    }
}
