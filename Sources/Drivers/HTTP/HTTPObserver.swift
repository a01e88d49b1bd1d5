/// What the server reports about itself, for metrics and the access log.
///
/// Called on the event loop between requests: implementations only count or copy into a buffer, and never block.
public protocol HTTPObserver: Sendable {
    /// Reports a connection that was accepted; surplus ones are not told of.
    func connectionOpened()

    /// Reports a connection that is gone.
    func connectionClosed()

    /// Reports a response, once its last byte was handed to the connection or the client was found to be gone.
    func requestFinished(_ report: HTTPRequestReport)

    /// Reports a connection that could not be accepted, by its `errno`: most often for want of file descriptors.
    func acceptFailed(_ errno: Int32)

    /// Reports an answer that the driver gave instead of a handler; `requestFinished` follows if a head was read. A
    /// surplus connection that is closed unanswered is told of as well.
    func rejected(_ rejection: HTTPRejection)
}

/// One finished request.
public struct HTTPRequestReport: Sendable {
    /// The request; its body is empty when the driver refused it before the end of the body.
    public let request: HTTPRequest
    /// The template of the route that matched.
    public let route: String?
    /// The status sent; 499 when the client had gone before there was one.
    public let status: Int
    /// From the end of the head to the end of the response.
    public let duration: Duration
    /// Bytes of the request's body that were read.
    public let bytesIn: Int
    /// Bytes of the response, head included.
    public let bytesOut: Int
}
