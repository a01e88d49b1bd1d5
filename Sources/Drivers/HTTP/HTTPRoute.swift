/// Answers a request whose body has been read.
public typealias HTTPHandler = @Sendable (HTTPRequest, HTTPPathParameters) async -> HTTPResponse

/// Answers a request and reads its body itself.
public typealias HTTPStreamingHandler =
    @Sendable (HTTPRequest, HTTPPathParameters, HTTPBodyReader) async -> HTTPResponse

/// What a route does differently from the server's configuration.
public struct HTTPRouteOptions: Sendable {
    /// Served even when `maxInFlight` is reached; for health and metrics.
    public var isExempt = false
    /// Longest body in bytes, instead of `maxBodyBytes`.
    public var maxBodyBytes: Int?
    /// Time the handler has, instead of `requestDeadline`.
    public var deadline: Duration?

    /// Makes options; what is not given stays as the server has it.
    public init(isExempt: Bool = false, maxBodyBytes: Int? = nil, deadline: Duration? = nil) {
        self.isExempt = isExempt
        self.maxBodyBytes = maxBodyBytes
        self.deadline = deadline
    }
}

/// One method on one template.
public final class HTTPRoute: Sendable {
    /// How a route takes its body.
    public enum Handler: Sendable {
        /// After it has been read.
        case buffered(HTTPHandler)
        /// While it is read.
        case streaming(HTTPStreamingHandler)
    }

    /// The method.
    public let method: HTTPMethod
    /// The template, such as `/checkouts/{code}`: the label of metrics.
    public let template: String
    /// What differs from the configuration.
    public let options: HTTPRouteOptions
    /// What answers.
    public let handler: Handler

    init(_ method: HTTPMethod, _ template: String, _ options: HTTPRouteOptions, _ handler: Handler) {
        self.method = method
        self.template = template
        self.options = options
        self.handler = handler
    }
}
