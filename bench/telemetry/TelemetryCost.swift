import Glibc
import Metrics
import Telemetry
import Traces

/// What one call of the telemetry costs, a line each: the best of five times a million calls, by one thread.
@main
enum TelemetryCost {
    private static let calls = 1_000_000
    private static let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"

    static func main() {
        let metrics = PrometheusMetrics(
            exemplified: ["cost_b_seconds"],
            exemplar: { TraceScope.sampled.map { Exemplar(traceID: "\($0.traceID)", spanID: "\($0.spanID)") } }
        )
        let counter = Counter(label: "cost_total", dimensions: [("a", "b")], factory: metrics)
        let plain = Metrics.Timer(label: "cost_a_seconds", dimensions: [], factory: metrics)
        let exemplified = Metrics.Timer(label: "cost_b_seconds", dimensions: [], factory: metrics)
        report("increment of a counter") { _ in counter.increment() }
        report("value of a histogram") { plain.recordNanoseconds(Int64($0 % 10_000_000)) }
        report("value of a histogram that asks for a trace") { exemplified.recordNanoseconds(Int64($0 % 10_000_000)) }

        let queue = SpanQueue(capacity: calls * 6)
        let tracer = Tracer(sampler: TraceSampler(ratio: 0.01, followsParent: true), queue: queue)
        let kept = tracer.root(isSampled: true)
        report("place of a request without a caller") { _ in _ = tracer.begin(traceParent: nil, traceState: "") }
        report("place of a request with one") { _ in _ = tracer.begin(traceParent: header, traceState: "") }
        let scope = TraceScope(requestID: "0123456789abcde", context: nil)
        report("scope of a request, set and read") { _ in
            TraceScope.$current.withValue(scope) { precondition(TraceScope.sampled == nil) }
        }
        report("span of a kept trace") { number in
            let place = tracer.child(of: kept)
            tracer.record(Span("a", .internal, at: place, from: number, to: number, attributes: [.init("b", "c")]))
        }
    }

    private static func report(_ what: String, _ call: (UInt64) -> Void) {
        let times = (0..<5).map { _ in
            ContinuousClock().measure { for number in 0..<UInt64(calls) { call(number) } }
        }
        let nanoseconds = (times.min() ?? .zero) / .nanoseconds(1) / Double(calls)
        let line = Array("\(what): \((nanoseconds * 10).rounded() / 10) ns\n".utf8)
        _ = write(STDOUT_FILENO, line, line.count)
    }
}
