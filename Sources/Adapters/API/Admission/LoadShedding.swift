import HTTP
import Kernel
import Metrics
import Synchronization

/// The door: lets requests in as far as they can be answered in time, the urgent ones longest.
///
/// Who is turned away learns it at once, before anything was read or asked, and nothing was done.
public final class LoadShedding: Sendable {
    private let bounds: Mutex<InFlightBounds>
    private let time: any TimeSource
    private let refused: [Counter]

    /// A door for at most `limit` requests at a time.
    public init(limit: Int, time: any TimeSource = SystemTimeSource()) {
        bounds = Mutex(InFlightBounds(limit: limit))
        self.time = time
        refused = Urgency.allCases.map {
            Counter(label: "flashsale_requests_shed_total", dimensions: [("class", $0.word)])
        }
    }

    /// Requests of a class that are under way.
    public func inFlight(_ urgency: Urgency) -> Int { bounds.withLock { $0.count(urgency) } }

    /// How many of them there may be now.
    public func bound(_ urgency: Urgency) -> Int { bounds.withLock { $0.bound(urgency) } }

    /// Answers a request with `body`, or with 503 `overloaded` where it cannot be let in.
    func run(_ urgency: Urgency, _ request: HTTPRequest, _ body: () async -> HTTPResponse) async -> HTTPResponse {
        guard bounds.withLock({ $0.begin(urgency) }) else {
            refused[urgency.rawValue].increment()
            return Self.refusal
        }
        let response = await body()
        let now = time.now
        let patience = request.deadline - request.receivedAt
        bounds.withLock { $0.finish(urgency, took: now - request.receivedAt, of: patience, now: now) }
        return response
    }

    private static let refusal = Problem(.overloaded, retryAfter: 1).response
}
