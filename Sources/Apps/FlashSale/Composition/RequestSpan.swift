import HTTP
import Traces

extension Span {
    /// A request as its server saw it; `nil` where its trace is not kept.
    ///
    /// Nothing that a client wrote is in it: paths and queries hold codes and users' ids.
    init?(_ report: HTTPRequestReport, method: String) {
        guard let place = report.request.trace, place.isSampled else { return nil }
        let clock = SpanClock()
        var attributes: [Attribute] = [
            .init("http.request.method", method), .init("url.scheme", "http"), .init("network.protocol.name", "http"),
        ]
        if let route = report.route { attributes += [.init("http.route", route), .init("url.path", route)] }
        let isAnswered = report.status != 499
        if isAnswered { attributes.append(.init("http.response.status_code", report.status)) }
        self.init(
            report.route.map { "\(method) \($0)" } ?? method,
            .server,
            at: place,
            from: clock.wall(report.request.receivedAt),
            to: clock.wall(report.request.receivedAt + report.duration),
            attributes: attributes,
            error: !isAnswered ? "client_left" : report.status >= 500 ? "\(report.status)" : nil
        )
    }
}
