/// One request and its response, as far as they have come.
struct Exchange {
    typealias ReadContinuation = CheckedContinuation<Result<[UInt8]?, HTTPBodyError>, Never>
    typealias WriteContinuation = CheckedContinuation<Result<Void, HTTPBodyError>, Never>

    enum Stage {
        /// No head yet.
        case none
        /// The body is being read, or discarded, and no handler runs.
        case reading
        /// A handler runs.
        case handling
        /// The response's stream runs.
        case streaming
    }

    /// Tells this exchange from others of the connection, for what comes back later.
    let number: UInt64
    var stage = Stage.none
    var head: RequestHead?
    var request: HTTPRequest?
    var route: HTTPRoute?
    var parameters = HTTPPathParameters()
    var receivedAt: ContinuousClock.Instant?
    var deadline: ContinuousClock.Instant?
    var task: Task<Void, Never>?
    /// Answered after the body has been read and dropped, so that the connection can be kept.
    var refusal: HTTPRejection?

    /// Longest body.
    var bodyLimit = 0
    /// Bytes of the body so far.
    var bodyCount = 0
    /// Bytes of the body so far with its chunks' framing.
    var chunkedCount = 0
    /// Bytes of the body held, those that a handler has not taken.
    var body: [UInt8] = []
    /// Bytes counted in `ServerState.bodyBytes`.
    var chargedBytes = 0
    /// The body has been read to its end.
    var isComplete = false
    /// `100 Continue` is still to be sent.
    var owesContinue = false
    var reader: ReadContinuation?

    var writer: WriteContinuation?
    /// The response whose stream has not written anything yet.
    var unsentHead: HTTPResponse?
    var status = 0
    var bytesOut = 0
    /// The stream is framed in chunks.
    var isChunked = false

    init(number: UInt64) {
        self.number = number
    }

    var isStreamingRoute: Bool {
        if case .streaming = route?.handler { true } else { false }
    }
}
