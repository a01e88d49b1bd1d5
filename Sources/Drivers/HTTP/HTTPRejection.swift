/// Why the driver answers a request itself.
public enum HTTPRejection: Error, Sendable, Hashable {
    /// 400: not HTTP, or ambiguous; the reason is constant text without data of the request.
    case badRequest(String)
    /// 404: no route has this path.
    case notFound
    /// 405: the path has routes, none for this method; the driver adds `Allow` if the response lacks it.
    case methodNotAllowed(allow: [HTTPMethod])
    /// 408: head or body did not arrive in time.
    case timeout
    /// 413: the body is longer than the route takes.
    case bodyTooLarge
    /// 414: the target is longer than `maxTargetBytes`.
    case uriTooLong
    /// 417: an `Expect` other than `100-continue`.
    case unsupportedExpectation
    /// 431: the head is longer than `maxHeadBytes` or has more than `maxHeaderFields` fields.
    case headersTooLarge
    /// 500: the handler's response cannot be sent.
    case internalError
    /// 501: a transfer coding or a method that the driver does not implement.
    case notImplemented
    /// 503: a bound is reached (requests in flight, body bytes held).
    case overloaded
    /// 503: there are as many connections as there may be.
    case tooManyConnections
    /// 503: the handler did not answer by the deadline.
    case deadlineExceeded
    /// 505: not HTTP/1.0 or HTTP/1.1.
    case httpVersion

    /// The status that answers it.
    public var status: Int {
        switch self {
        case .badRequest: 400
        case .notFound: 404
        case .methodNotAllowed: 405
        case .timeout: 408
        case .bodyTooLarge: 413
        case .uriTooLong: 414
        case .unsupportedExpectation: 417
        case .headersTooLarge: 431
        case .internalError: 500
        case .notImplemented: 501
        case .overloaded, .tooManyConnections, .deadlineExceeded: 503
        case .httpVersion: 505
        }
    }
}
