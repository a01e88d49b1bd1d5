import NIOCore
import NIOHTTP1

/// A request's head after every check that needs nothing but the head.
///
/// `RequestLine` and the parser have refused malformed lines, folded and spaced header names, control characters, and
/// lengths that are not one decimal number. Here is the rest: what would let two parties disagree on where a message ends or whom it
/// is for (RFC 9112, 3.2, 6.1, 6.3, 11.2).
struct RequestHead {
    let method: HTTPMethod
    let target: HTTPTarget
    let headers: HTTPHeaders
    /// The client's request id, if well-formed.
    var id: String?
    /// The caller's `traceparent`; empty, which is invalid, where there is more than one.
    var traceParent: String?
    /// Every `tracestate`, joined by commas.
    var traceState = ""
    /// The value of `Content-Length`; 0 without one.
    var contentLength = 0
    var isChunked = false
    var keepsAlive: Bool
    let isHTTP10: Bool
    var expectsContinue = false

    private var hostCount = 0
    private var lengthCount = 0

    /// Checks and reads a head.
    init(_ head: HTTPRequestHead, _ configuration: HTTPServerConfiguration) throws(HTTPRejection) {
        guard head.version == .http1_1 || head.version == .http1_0 else { throw .httpVersion }
        guard head.uri.utf8.count <= configuration.maxTargetBytes else { throw .uriTooLong }
        guard head.headers.count <= configuration.maxHeaderFields else { throw .headersTooLarge }
        method = Self.method(head.method)
        headers = head.headers
        isHTTP10 = head.version == .http1_0
        keepsAlive = head.isKeepAlive
        guard head.method != .CONNECT else { throw .notImplemented }
        guard let target = HTTPTarget(parsing: head.uri, method: method) else {
            throw .badRequest("malformed request target")
        }
        self.target = target
        for (name, value) in head.headers { try read(name, value) }
        guard hostCount == 1 || (hostCount == 0 && isHTTP10) else { throw .badRequest("one Host header is required") }
        guard !isChunked || (lengthCount == 0 && !isHTTP10) else { throw .badRequest("ambiguous body length") }
        if isHTTP10 { expectsContinue = false }
    }

    /// Whether a trailer section holds what belongs to the head alone (RFC 9110, 6.5.1).
    ///
    /// The parser obeys some of these: `Connection: close` in a trailer would end the connection under the next
    /// request.
    static func isMisplaced(inTrailers trailers: HTTPHeaders) -> Bool {
        trailers.contains { name, _ in
            ASCII.matches(name, "connection") || ASCII.matches(name, "upgrade") || ASCII.matches(name, "host")
                || ASCII.matches(name, "content-length") || ASCII.matches(name, "transfer-encoding")
                || ASCII.matches(name, "proxy-connection")
        }
    }

    private static func method(_ method: NIOHTTP1.HTTPMethod) -> HTTPMethod {
        switch method {
        case .GET: .get
        case .POST: .post
        case .HEAD: .head
        case .PUT: .put
        case .PATCH: .patch
        case .DELETE: .delete
        case .OPTIONS: .options
        default: .other(method.rawValue)
        }
    }

    /// Reads a field if it is one that the driver acts on; told apart by length first.
    private mutating func read(_ name: String, _ raw: String) throws(HTTPRejection) {
        let value = raw.withoutOuterSpace
        switch name.utf8.count {
        case 4 where ASCII.matches(name, "host"):
            hostCount += 1
            guard Authority.isWellFormed(value[...]) else { throw .badRequest("malformed Host header") }
        case 6 where ASCII.matches(name, "expect"):
            guard ASCII.matches(value, "100-continue") || isHTTP10 else { throw .unsupportedExpectation }
            expectsContinue = true
        case 7 where ASCII.matches(name, "upgrade"):
            // Not taken up (RFC 9110, 7.8); but the parser stops after such a message, so the connection ends.
            keepsAlive = false
        case 10 where ASCII.matches(name, "tracestate"):
            traceState = traceState.isEmpty ? value : traceState + "," + value
        case 11 where ASCII.matches(name, "traceparent"):
            traceParent = traceParent == nil ? value : ""
        case 12 where ASCII.matches(name, "x-request-id"):
            if id == nil, (1...64).contains(value.utf8.count), value.utf8.allSatisfy(ASCII.isVisible) { id = value }
        case 14 where ASCII.matches(name, "content-length"):
            lengthCount += 1
            let isNumber = (1...18).contains(value.utf8.count) && value.utf8.allSatisfy(ASCII.isDigit)
            guard lengthCount == 1, isNumber, let length = Int(value) else {
                throw .badRequest("malformed Content-Length")
            }
            contentLength = length
        case 17 where ASCII.matches(name, "transfer-encoding"):
            guard !isChunked else { throw .badRequest("repeated Transfer-Encoding") }
            // As it came: whether the parser reads `chunked` with white space after it is not to matter.
            guard ASCII.matches(raw, "chunked") else { throw .notImplemented }
            isChunked = true
        default:
            break
        }
    }
}

extension String {
    /// Without the white space around a field's value, which is not part of it (RFC 9112, 5.1).
    var withoutOuterSpace: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else { return self }
        guard let start = utf8.firstIndex(where: { !isSpace($0) }) else { return "" }
        let end = utf8.lastIndex { !isSpace($0) } ?? start
        return String(self[start...end])
    }
}
