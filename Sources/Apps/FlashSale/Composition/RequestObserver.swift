import Glibc
import HTTP
import Kernel
import Logging
import Metrics
import Synchronization
import Traces

/// Counts requests, tells traces of them, and logs them: failures of ours and slow ones, a few a second, and a share of
/// the rest where one is wanted.
///
/// Label sets are closed: methods and routes that the router knows, statuses that it can give.
final class RequestObserver: HTTPObserver {
    private struct Key: Hashable {
        let route: String
        let method: HTTPMethod
        let status: Int
    }

    private struct Handles {
        let requests: Counter
        let duration: Metrics.Timer
    }

    private static let slow = Duration.milliseconds(500)
    /// So many failures, and so many slow requests, are logged a second: a flood of refusals is not to become one of
    /// lines.
    private static let linesPerSecond = 10

    private let listener: String
    private let log: Logger
    private let tracer: Tracer?
    private let accessLog: Double
    private let handles = Mutex<[Key: Handles]>([:])
    private let rejections = Mutex<[String: Counter]>([:])
    private let failures = LineQuota(perSecond: linesPerSecond)
    private let slowness = LineQuota(perSecond: linesPerSecond)
    private let refusedAccepts = LineQuota(perSecond: 1)
    private let acceptFailures: Counter

    /// `accessLog` is the share of requests that get a line each, though nothing is wrong with them.
    init(listener: String, log: Logger, tracer: Tracer?, accessLog: Double) {
        self.listener = listener
        self.log = log
        self.tracer = tracer
        self.accessLog = accessLog
        acceptFailures = Counter(label: "http_server_accept_failures_total", dimensions: [("listener", listener)])
    }

    func connectionOpened() {}

    func connectionClosed() {}

    func acceptFailed(_ errno: Int32) {
        acceptFailures.increment()
        guard let unlogged = refusedAccepts.take(at: .now) else { return }
        log.error(
            "connections cannot be accepted",
            metadata: [
                "listener": "\(listener)", "error": "\(String(cString: strerror(errno)))", "unlogged": "\(unlogged)",
            ]
        )
    }

    func requestFinished(_ report: HTTPRequestReport) {
        count(report)
        if let tracer, let span = Span(report, method: report.request.method.semanticName) { tracer.record(span) }
        if report.status >= 500 {
            guard let unlogged = line(of: failures) else { return }
            log.warning("a request failed", metadata: report.metadata(unlogged: unlogged))
        } else if report.duration > Self.slow {
            guard let unlogged = line(of: slowness) else { return }
            log.info("a request was slow", metadata: report.metadata(unlogged: unlogged))
        } else if accessLog > 0, .random(in: 0..<1) < accessLog {
            log.info("a request was answered", metadata: report.metadata)
        } else {
            log.debug("a request was answered", metadata: report.metadata)
        }
    }

    /// Whoever wants a log of requests wants all that matter; whoever does not is spared a flood of them.
    private func line(of quota: LineQuota) -> Int? { accessLog > 0 ? 0 : quota.take(at: .now) }

    private func count(_ report: HTTPRequestReport) {
        let handles = handles(of: report)
        handles.requests.increment()
        let nanoseconds = report.duration.microseconds * 1000
        guard let place = report.request.trace, place.isSampled else {
            return handles.duration.recordNanoseconds(nanoseconds)
        }
        // Not every report is made in the request's task; metrics are to know whose it is.
        TraceScope.$current.withValue(TraceScope(requestID: report.request.id, context: place)) {
            handles.duration.recordNanoseconds(nanoseconds)
        }
    }

    func rejected(_ rejection: HTTPRejection) {
        let reason = rejection.word
        rejections.withLock { counters in
            if let counter = counters[reason] { return counter.increment() }
            let counter = Counter(
                label: "http_server_rejected_total",
                dimensions: [("listener", listener), ("reason", reason)]
            )
            counter.increment()
            counters[reason] = counter
        }
    }

    private func handles(of report: HTTPRequestReport) -> Handles {
        let key = Key(route: report.route ?? "none", method: report.request.method, status: report.status)
        return handles.withLock { handles in
            if let known = handles[key] { return known }
            let labels = [("listener", listener), ("method", key.method.label), ("route", key.route)]
            // A histogram is 17 series: it tells classes apart, the counter statuses.
            let made = Handles(
                requests: Counter(label: "http_requests_total", dimensions: labels + [("status", "\(key.status)")]),
                duration: Metrics.Timer(
                    label: "http_request_duration_seconds",
                    dimensions: labels + [("status", "\(key.status / 100)xx")]
                )
            )
            handles[key] = made
            return made
        }
    }
}

extension HTTPRequestReport {
    fileprivate var metadata: Logger.Metadata {
        let own: Logger.Metadata = [
            "method": "\(request.method.label)", "route": "\(route ?? "none")", "status": "\(status)",
            "duration_ms": "\(Double(duration.microseconds) / 1000)",
        ]
        return own.merging(TraceScope(requestID: request.id, context: request.trace).metadata) { $1 }
    }
}

extension HTTPRequestReport {
    /// With how many of its kind were not logged since the last line, where there were any.
    fileprivate func metadata(unlogged: Int) -> Logger.Metadata {
        unlogged == 0 ? metadata : metadata.merging(["unlogged": "\(unlogged)"]) { $1 }
    }
}

extension HTTPMethod {
    /// A closed set: what is not one of the usual methods is `other`.
    fileprivate var label: String {
        if case .other = self { return "other" }
        return token
    }

    /// The same in the words of OpenTelemetry.
    fileprivate var semanticName: String {
        if case .other = self { return "_OTHER" }
        return token
    }
}

extension HTTPRejection {
    fileprivate var word: String {
        switch self {
        case .badRequest: "malformed"
        case .notFound: "not_found"
        case .methodNotAllowed: "method"
        case .timeout: "timeout"
        case .bodyTooLarge: "body_too_large"
        case .uriTooLong: "uri_too_long"
        case .unsupportedExpectation: "expectation"
        case .headersTooLarge: "header_too_large"
        case .internalError: "internal"
        case .notImplemented: "not_implemented"
        case .overloaded: "overload"
        case .tooManyConnections: "connections"
        case .deadlineExceeded: "deadline"
        case .httpVersion: "version"
        }
    }
}
