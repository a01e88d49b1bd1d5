/// Where the server listens and every bound it keeps.
public struct HTTPServerConfiguration: Sendable {
    /// Address to bind, a name or a numeric address.
    public var host = "127.0.0.1"
    /// Port to bind; 0 takes any free one.
    public var port = 8080
    /// Length of the kernel's accept queue.
    public var backlog = 1_024
    /// Event loops to make when the caller gives no group.
    public var eventLoops = 1

    /// Longest head in bytes, request line and blank line included; one byte more is answered 431.
    public var maxHeadBytes = 16 * 1_024
    /// Most header fields in a head; one more is answered 431.
    public var maxHeaderFields = 64
    /// Longest request target in bytes; one byte more is answered 414.
    public var maxTargetBytes = 8 * 1_024
    /// Longest body in bytes unless the route says otherwise; one byte more is answered 413.
    public var maxBodyBytes = 1_024 * 1_024
    /// Most bytes of bodies held by the whole server; beyond it, 503.
    public var maxBufferedBodyBytes = 256 * 1_024 * 1_024
    /// Most connections; of further ones each has one request answered, exempt routes as ever, all others with 503.
    public var maxConnections = 10_000
    /// Most connections beyond these that are being told so; further ones are closed as they are accepted.
    public var maxSurplusConnections = 128
    /// Most requests with a running handler; further ones are answered 503, exempt routes excepted.
    public var maxInFlight = 4_096
    /// Bytes of a streamed body, or of pipelined requests, held before reading stops.
    public var inputHighWaterBytes = 64 * 1_024
    /// Bytes of a response waiting for the client before a stream is told to wait.
    public var outputHighWaterBytes = 64 * 1_024

    /// From the first byte of a head to its end, else 408.
    public var headerTimeout = Duration.seconds(5)
    /// From the end of the head to the end of a buffered body, else 408; also the longest time without progress of
    /// a streamed body or of a response.
    public var bodyTimeout = Duration.seconds(10)
    /// Longest time a connection is kept without a request.
    public var idleTimeout = Duration.seconds(30)
    /// Time a handler has unless the route says otherwise.
    public var requestDeadline = Duration.seconds(2)
    /// How long after the deadline the driver answers 503 itself.
    public var deadlineGrace = Duration.milliseconds(250)
    /// How long input is discarded after a refusal, so that the client can read the answer; also the longest wait for
    /// the request of a surplus connection.
    public var lingerTimeout = Duration.seconds(1)
    /// How long `drain()` waits for requests in flight.
    public var drainTimeout = Duration.seconds(20)
    /// How long a drain with a delay keeps connections without a request after the listener has ended, so that clients
    /// can notice that first; a request on them is answered.
    public var idleDrain = Duration.milliseconds(500)
    /// How often timeouts are checked; each may be late, or early, by this much.
    public var sweepInterval = Duration.milliseconds(50)
    /// How long nothing is accepted after a failure to accept.
    public var acceptPause = Duration.milliseconds(100)

    /// Makes a configuration with the defaults.
    public init(host: String = "127.0.0.1", port: Int = 8080) {
        self.host = host
        self.port = port
    }
}
