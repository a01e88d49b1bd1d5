import API
import Logging
import Metrics
import Telemetry
import Traces

/// The three bootstrap calls of the process, and what they lead to.
struct ServiceTelemetry: Sendable {
    let metrics: PrometheusMetrics
    let traces: ServiceTraces?
    private let writer: LogWriter

    /// Bootstraps logging and metrics; to be made once a process.
    init(_ configuration: AppConfiguration) {
        let writer = LogWriter()
        let level = configuration.logLevel
        let format = configuration.logFormat
        LoggingSystem.bootstrap { label in
            switch format {
            case .json: JSONLogHandler(label: label, writer: writer, level: level, metadataProvider: .request)
            case .text: TextLogHandler(label: label, writer: writer, level: level, metadataProvider: .request)
            }
        }
        metrics = PrometheusMetrics(
            buckets: MetricNames.buckets,
            help: MetricNames.help,
            exemplified: configuration.traces == nil ? [] : MetricNames.exemplified,
            exemplar: { TraceScope.sampled.map(Exemplar.init) }
        )
        if configuration.metrics == .on { MetricsSystem.bootstrap(metrics) }
        ProcessMetrics.register(in: metrics)
        metrics.counter("flashsale_log_dropped_total") { Double(writer.droppedCount) }
        metrics.gauge("flashsale_build_info", [("version", Version.current)]) { 1 }
        traces = configuration.traces.map { ServiceTraces($0) }
        traces?.register(in: metrics)
        self.writer = writer
    }

    /// The metrics in a format.
    func exposition(_ format: MetricsFormat) -> [UInt8] {
        switch format {
        case .text: metrics.exposition()
        case .openMetrics: metrics.openMetrics()
        }
    }

    /// Writes what the log still holds, for at most a second.
    func flush() { writer.flush(within: .seconds(1)) }
}

extension Exemplar {
    fileprivate init(_ place: TraceContext) {
        self.init(traceID: place.traceID.description, spanID: place.spanID.description)
    }
}
