import Metrics
import Synchronization
import Telemetry
import Testing

@Suite struct OpenMetricsTests {
    @Test func writesFamiliesAsTheFormatWantsThem() {
        let metrics = PrometheusMetrics(
            buckets: ["fs_b_seconds": [0.5, 1]],
            help: ["fs_a_total": "A \"quoted\"\nline.", "fs_b_seconds": "B."]
        )
        Counter(label: "fs_a_total", dimensions: [("to", "x\"")], factory: metrics).increment(by: 3)
        Counter(label: "fs_bare", dimensions: [], factory: metrics).increment()
        Metrics.Timer(label: "fs_b_seconds", dimensions: [("to", "x")], factory: metrics).recordNanoseconds(750_000_000)
        Gauge(label: "fs_c_bytes", dimensions: [], factory: metrics).record(2.5)

        let lines = Self.lines(metrics).filter { $0.contains("fs_") || $0.hasPrefix("# EOF") }

        #expect(
            lines == [
                "# TYPE fs_a counter", #"# HELP fs_a A \"quoted\"\nline."#, #"fs_a_total{to="x\""} 3"#,
                "# TYPE fs_b_seconds histogram", "# UNIT fs_b_seconds seconds", "# HELP fs_b_seconds B.",
                #"fs_b_seconds_bucket{to="x",le="0.5"} 0"#, #"fs_b_seconds_bucket{to="x",le="1.0"} 1"#,
                #"fs_b_seconds_bucket{to="x",le="+Inf"} 1"#, #"fs_b_seconds_count{to="x"} 1"#,
                #"fs_b_seconds_sum{to="x"} 0.75"#, "# TYPE fs_bare counter", "fs_bare_total 1",
                "# TYPE fs_c_bytes gauge", "# UNIT fs_c_bytes bytes", "fs_c_bytes 2.5", "# EOF",
            ]
        )
        #expect(Self.lines(metrics).last == "# EOF" && Self.lines(metrics).count { $0 == "# EOF" } == 1)
    }

    @Test func namesTheRequestBehindTheLastValueOfABucket() throws {
        let present = Mutex<Exemplar?>(nil)
        let metrics = PrometheusMetrics(
            buckets: ["fs_a_seconds": [0.5, 1], "fs_b_seconds": [0.5, 1]],
            exemplified: ["fs_a_seconds"],
            exemplar: { present.withLock { $0 } }
        )
        let known = Metrics.Timer(label: "fs_a_seconds", dimensions: [], factory: metrics)
        let other = Metrics.Timer(label: "fs_b_seconds", dimensions: [], factory: metrics)

        for trace in ["aaaa", "bbbb"] {
            present.withLock { $0 = Exemplar(traceID: trace, spanID: "cc") }
            known.recordNanoseconds(750_000_000)
            other.recordNanoseconds(750_000_000)
        }
        present.withLock { $0 = nil }
        known.recordNanoseconds(2_000_000_000)

        let buckets = Self.lines(metrics).filter { $0.contains("_bucket") }
        let line = try #require(buckets.first { $0.contains(#"fs_a_seconds_bucket{le="1.0"} 2"#) })
        #expect(line.contains(##" # {trace_id="bbbb",span_id="cc"} 0.75 1"##))
        #expect(buckets.count { $0.contains("trace_id") } == 1)
        #expect(!String(decoding: metrics.exposition(), as: UTF8.self).contains("trace_id"))
    }

    private static func lines(_ metrics: PrometheusMetrics) -> [String] {
        String(decoding: metrics.openMetrics(), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
