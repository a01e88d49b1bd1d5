/// The series of one name.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    enum Cell: Sendable {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
        /// A value that is asked for at each scrape.
        case read(@Sendable () -> Double)
    }

    let kind: Kind
    /// By the text of their labels, as it stands between the braces.
    var series: [String: Cell] = [:]

    /// Names that the text format derives from a histogram's.
    static let histogramSuffixes = ["_bucket", "_sum", "_count"]
}
