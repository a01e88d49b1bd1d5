import Logging
import Synchronization

/// The metrics of a process, in memory, for Prometheus to scrape.
///
/// Handles are made once and kept: making one takes a lock, using one is an atomic operation or two. The same name and
/// labels lead to the same value. A name that is none, or that is in use for another kind of metric, is reported once
/// and leads nowhere; so does a series beyond ``maximumSeries``, which
/// `flashsale_metrics_dropped_series_total` counts, once each time that somebody asks for it.
public final class PrometheusMetrics: Sendable {
    private struct State {
        var families: [String: MetricFamily] = [:]
        var seriesCount = 0
        var reported: Set<String> = []
    }

    private enum Refusal: Error {
        case full
        case unusable(reason: String, isNew: Bool)
    }

    /// Most series, a histogram counting as one.
    public static let maximumSeries = 2000

    private static let secondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let otherBounds: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    private static let droppedSeriesName = "flashsale_metrics_dropped_series_total"

    private let state = Mutex(State())
    private let droppedSeries = CounterCell()
    private let bounds: [String: [Double]]
    private let logger: Logger?
    private let exemplified: Set<String>
    private let exemplar: @Sendable () -> Exemplar?
    let help: [String: String]

    /// Creates an empty set of metrics.
    ///
    /// - Parameters:
    ///   - buckets: upper bounds of histograms by metric name, at most 20 each; others are divided by the name's unit.
    ///   - help: texts by metric name.
    ///   - exemplified: histograms whose values are shown with a request behind them.
    ///   - exemplar: the request of the present moment, asked for with each value of these.
    ///   - logger: where it is reported that a metric is left out; by default the process's, asked for at that moment.
    public init(
        buckets: [String: [Double]] = [:],
        help: [String: String] = [:],
        exemplified: Set<String> = [],
        exemplar: @escaping @Sendable () -> Exemplar? = { nil },
        logger: Logger? = nil
    ) {
        bounds = buckets
        self.exemplified = exemplified
        self.exemplar = exemplar
        self.logger = logger
        let own = [Self.droppedSeriesName: "Requests for a series that were refused because there are too many."]
        self.help = help.merging(own.merging(ProcessMetrics.help) { old, _ in old }) { old, _ in old }
        let dropped = droppedSeries
        _ = cell(Self.droppedSeriesName, [], .counter) { .counter(dropped) }
    }

    /// How many series there are, a histogram counting as one.
    public var seriesCount: Int { state.withLock { $0.seriesCount } }

    /// Adds a gauge that is read at each scrape, in the scraper's task; a later one of the same labels replaces it.
    public func gauge(
        _ name: String,
        _ labels: [(String, String)] = [],
        _ read: @escaping @Sendable () -> Double
    ) {
        addRead(name, labels, .gauge, read)
    }

    /// Adds a counter that is read at each scrape, in the scraper's task; a later one of the same labels replaces it.
    public func counter(
        _ name: String,
        _ labels: [(String, String)] = [],
        _ read: @escaping @Sendable () -> Double
    ) {
        addRead(name, labels, .counter, read)
    }

    /// The bounds of a histogram's buckets.
    func bounds(of name: String, isTimer: Bool) -> [Double] {
        bounds[name] ?? (isTimer || name.hasSuffix("_seconds") ? Self.secondsBounds : Self.otherBounds)
    }

    /// Where a histogram's values learn of the request behind them; `nil` where they are not shown with one.
    func exemplar(of name: String) -> (@Sendable () -> Exemplar?)? { exemplified.contains(name) ? exemplar : nil }

    /// The cell of a series, made if there is none; `nil` when the series is refused.
    func cell(
        _ name: String,
        _ labels: [(String, String)],
        _ kind: MetricFamily.Kind,
        make: () -> MetricFamily.Cell
    ) -> MetricFamily.Cell? {
        do throws(Refusal) {
            guard MetricText.isName(name) else { throw refusal(name, "the name has characters that are not allowed") }
            guard let text = MetricText.labels(labels, of: kind) else {
                throw refusal(name, "a label's name is not allowed")
            }
            return try state.withLock { state throws(Refusal) in
                try Self.cell(name, text, kind, in: &state, make: make)
            }
        } catch {
            refuse(name, error)
            return nil
        }
    }

    /// Reports, once a name, that a series is in use as something else.
    func reportConflict(_ name: String) {
        refuse(name, refusal(name, "the series is in use as another kind of metric"))
    }

    /// Every family with its name, in the order of the names.
    func sortedFamilies() -> [(name: String, family: MetricFamily)] {
        let families = state.withLock { $0.families }
        return families.map { (name: $0.key, family: $0.value) }.sorted { $0.name < $1.name }
    }

    private func addRead(
        _ name: String,
        _ labels: [(String, String)],
        _ kind: MetricFamily.Kind,
        _ read: @escaping @Sendable () -> Double
    ) {
        guard let found = cell(name, labels, kind, make: { .read(read) }) else { return }
        guard case .read = found else { return reportConflict(name) }
        guard let text = MetricText.labels(labels, of: kind) else { return }
        state.withLock { $0.families[name]?.series[text] = .read(read) }
    }

    private static func cell(
        _ name: String,
        _ labels: String,
        _ kind: MetricFamily.Kind,
        in state: inout State,
        make: () -> MetricFamily.Cell
    ) throws(Refusal) -> MetricFamily.Cell {
        if let found = state.families[name]?.series[labels], state.families[name]?.kind == kind { return found }
        if let clash = clash(of: name, kind, in: state.families) {
            throw .unusable(reason: clash, isNew: remember(name, in: &state))
        }
        guard state.seriesCount < maximumSeries else { throw .full }
        let new = make()
        state.families[name, default: MetricFamily(kind: kind)].series[labels] = new
        state.seriesCount += 1
        return new
    }

    /// What speaks against the name for a metric of this kind.
    private static func clash(
        of name: String,
        _ kind: MetricFamily.Kind,
        in families: [String: MetricFamily]
    ) -> String? {
        if let family = families[name], family.kind != kind {
            return "the name is in use for a \(family.kind.rawValue)"
        }
        for suffix in MetricFamily.histogramSuffixes {
            if kind == .histogram, families[name + suffix] != nil { return "\(name + suffix) is in use" }
            guard name.hasSuffix(suffix) else { continue }
            if families[String(name.dropLast(suffix.count))]?.kind == .histogram { return "a histogram has this name" }
        }
        return nil
    }

    private func refusal(_ name: String, _ reason: String) -> Refusal {
        .unusable(reason: reason, isNew: state.withLock { Self.remember(name, in: &$0) })
    }

    /// Whether this name had not been reported; false for all names once too many are remembered.
    private static func remember(_ name: String, in state: inout State) -> Bool {
        state.reported.count < maximumSeries && state.reported.insert(name).inserted
    }

    private func refuse(_ name: String, _ refusal: Refusal) {
        switch refusal {
        case .full: droppedSeries.increment(by: 1 as Int64)
        case .unusable(_, isNew: false): break
        case .unusable(let reason, isNew: true):
            (logger ?? Logger(label: "telemetry")).error(
                "a metric is left out",
                metadata: ["metric": "\(name)", "reason": "\(reason)"]
            )
        }
    }
}
