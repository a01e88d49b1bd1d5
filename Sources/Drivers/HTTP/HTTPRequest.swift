import NIOCore
import NIOHTTP1
import Traces

/// One request whose head is complete, and whose body is too if the route buffers it.
///
/// A reference to an immutable object: copies cost one retain.
public struct HTTPRequest: Sendable {
    final class Storage: Sendable {
        let method: HTTPMethod
        let target: String
        let path: Substring
        let query: Substring
        let headers: HTTPHeaders
        let id: String
        let trace: TraceContext?
        let peer: SocketAddress?
        let receivedAt: ContinuousClock.Instant
        let deadline: ContinuousClock.Instant
        let body: [UInt8]

        init(
            method: HTTPMethod,
            target: HTTPTarget,
            headers: HTTPHeaders,
            id: String,
            trace: TraceContext?,
            peer: SocketAddress?,
            receivedAt: ContinuousClock.Instant,
            deadline: ContinuousClock.Instant,
            body: [UInt8]
        ) {
            self.method = method
            self.target = target.text
            self.path = target.path
            self.query = target.query
            self.headers = headers
            self.id = id
            self.trace = trace
            self.peer = peer
            self.receivedAt = receivedAt
            self.deadline = deadline
            self.body = body
        }
    }

    let storage: Storage

    init(storage: Storage) {
        self.storage = storage
    }

    /// Makes a request without a connection, for tests of handlers.
    ///
    /// The target is one of origin form, such as `/items?limit=3`.
    public init(
        method: HTTPMethod,
        target: String,
        headers: [(String, String)] = [],
        body: [UInt8] = [],
        id: String = "test-request",
        deadline: ContinuousClock.Instant = .now + .seconds(2)
    ) {
        storage = Storage(
            method: method,
            target: HTTPTarget(originForm: target),
            headers: HTTPHeaders(headers),
            id: id,
            trace: nil,
            peer: nil,
            receivedAt: .now,
            deadline: deadline,
            body: body
        )
    }

    /// The method as sent; `HEAD` stays `HEAD` when a `GET` route serves it.
    public var method: HTTPMethod { storage.method }
    /// The target as sent: visible ASCII without a fragment, at most `maxTargetBytes`.
    public var target: String { storage.target }
    /// The path as sent, still percent-encoded; `*` for `OPTIONS *`.
    public var path: Substring { storage.path }
    /// The query as sent, without `?`; empty if there is none.
    public var query: Substring { storage.query }
    /// The id that the response repeats as `X-Request-Id`: the client's if it is 1 to 64 visible ASCII characters,
    /// else one of 15 characters made here.
    public var id: String { storage.id }
    /// The request's place in a trace, its own span's; `nil` where the server has no tracer.
    public var trace: TraceContext? { storage.trace }
    /// When the end of the head was read.
    public var receivedAt: ContinuousClock.Instant { storage.receivedAt }
    /// When the response has to be there; `deadlineGrace` later the driver answers 503.
    public var deadline: ContinuousClock.Instant { storage.deadline }
    /// The body, at most the route's limit; empty for a streaming route.
    public var body: [UInt8] { storage.body }
    /// The client's address without port, rendered at each call; empty without a connection.
    public var remoteAddress: String { storage.peer?.ipAddress ?? "" }

    /// The first value of a header without white space around it, its name compared without case.
    public func header(_ name: String) -> String? { storage.headers.first(name: name)?.withoutOuterSpace }

    /// Every value of a header in the order sent, its name compared without case.
    public func headers(_ name: String) -> [String] { storage.headers[name].map(\.withoutOuterSpace) }

    /// Decodes the query.
    public func queryItems() throws(HTTPDecodingError) -> HTTPQueryItems {
        try HTTPQueryItems(parsing: storage.query)
    }
}
