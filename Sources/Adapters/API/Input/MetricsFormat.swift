import HTTP

/// The formats of metrics, and which of them a scraper is given.
public enum MetricsFormat: Sendable {
    /// Prometheus' text format 0.0.4; whoever accepts neither gets it.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The format that the values of `Accept` prefer; OpenMetrics only where it is asked for by its name.
    ///
    /// Of two that are liked alike it is OpenMetrics, which says more.
    init(accept: [String]) {
        var best: (text: Double, openMetrics: Double) = (0, 0)
        for range in accept.flatMap({ $0.split(separator: ",") }).map(MediaRange.init) {
            switch range.type {
            case "application/openmetrics-text" where range.version.map { $0 == "1.0.0" } ?? true:
                best.openMetrics = max(best.openMetrics, range.weight)
            case "text/plain" where range.version.map { $0 == "0.0.4" } ?? true:
                best.text = max(best.text, range.weight)
            case "*/*", "text/*": best.text = max(best.text, range.weight)
            default: break
            }
        }
        self = best.openMetrics > 0 && best.openMetrics >= best.text ? .openMetrics : .text
    }

    var contentType: HTTPHeader {
        switch self {
        case .text: .prometheusText
        case .openMetrics: .openMetricsText
        }
    }
}

/// One member of `Accept`: `text/plain;version=0.0.4;q=0.5`.
private struct MediaRange {
    let type: String
    var version: String?
    /// From 0, not at all, to 1; what is no number is not at all.
    var weight = 1.0

    init(_ text: Substring) {
        let parts = text.split(separator: ";").map { part in
            String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        type = parts.first?.lowercased() ?? ""
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = pair[1].filter { $0 != "\"" }
            switch pair[0].lowercased() {
            case "version": version = value
            case "q": weight = Double(value).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
            default: break
            }
        }
    }
}
