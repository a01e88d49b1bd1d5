/// The request that is being worked on, for whatever writes lines or spans about it.
///
/// A value of the task: set for the time of a handler, read where something is reported. Where there is no request, in
/// background work and on writers' threads, there is none.
public struct TraceScope: Sendable {
    /// The present task's.
    @TaskLocal public static var current: TraceScope?

    /// The id in the response's `X-Request-Id`.
    public let requestID: String
    /// The request's span; `nil` where nothing is traced.
    public let context: TraceContext?

    /// Names a request.
    public init(requestID: String, context: TraceContext?) {
        self.requestID = requestID
        self.context = context
    }

    /// The present request's span, where its trace is kept.
    public static var sampled: TraceContext? {
        guard let context = current?.context, context.isSampled else { return nil }
        return context
    }
}
