import Glibc
import Logging
import ServiceLifecycle
import Telemetry
import Traces

/// Traces of the process: who makes places and takes spans, and who exports them.
struct ServiceTraces: Sendable {
    let tracer: Tracer
    private let queue: SpanQueue
    private let export: OTLPConfiguration

    /// Makes everything and sends nothing.
    init(_ settings: AppConfiguration.TraceSettings) {
        var export = settings.export
        export.resource += [
            ("service.version", Version.current), ("service.instance.id", Self.instanceID),
            ("process.pid", "\(getpid())"), ("telemetry.sdk.name", "flashsale"), ("telemetry.sdk.language", "swift"),
            ("telemetry.sdk.version", Version.current),
        ]
        queue = SpanQueue()
        tracer = Tracer(sampler: settings.sampler, queue: queue)
        self.export = export
    }

    /// What sends them; it stops last, so that the spans of the last requests go out, too.
    func exporter(log: Logger) -> TraceService {
        TraceService(exporter: OTLPExporter(export, queue: queue, log: log))
    }

    func register(in metrics: PrometheusMetrics) {
        let queue = queue
        for loss in SpanQueue.Loss.allCases {
            metrics.counter("otel_spans_dropped_total", [("reason", loss.rawValue)]) { Double(queue.lostCount(loss)) }
        }
        metrics.counter("otel_spans_exported_total") { Double(queue.exportedCount) }
        metrics.gauge("otel_spans_waiting") { Double(queue.count) }
    }

    /// Another one after each start.
    private static var instanceID: String {
        let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Exports spans until shutdown, and what is left then, for a moment.
struct TraceService: Service {
    /// What everything that stops before it leaves of the whole shutdown's time.
    private static let patience = Duration.seconds(2)

    let exporter: OTLPExporter

    func run() async throws {
        await cancelWhenGracefulShutdown { await exporter.run() }
        await exporter.finish(within: Self.patience)
    }
}
