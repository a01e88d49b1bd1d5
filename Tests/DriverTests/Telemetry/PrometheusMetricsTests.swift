import Logging
import Metrics
import Telemetry
import Testing

@Suite struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics(buckets: ["fs_size": [2, 1]], help: ["fs_a_total": "One\nline \\ two."])

    @Test func writesCountersWithHelpTypeAndSortedLabels() {
        let counter = Counter(label: "fs_a_total", dimensions: [("to", "x"), ("from", "y")], factory: metrics)

        counter.increment()
        counter.increment(by: 4)
        counter.increment(by: -9)

        let lines = lines(of: "fs_a_total")
        #expect(
            lines == [
                #"# HELP fs_a_total One\nline \\ two."#, "# TYPE fs_a_total counter",
                #"fs_a_total{from="y",to="x"} 5"#,
            ]
        )
    }

    @Test func addsFractionsToTheSameCounter() {
        let whole = Counter(label: "fs_b_total", dimensions: [], factory: metrics)
        let fractions = metrics.makeFloatingPointCounter(label: "fs_b_total", dimensions: [])

        whole.increment(by: 2)
        fractions.increment(by: 0.5)
        fractions.increment(by: -1)
        fractions.increment(by: .nan)

        #expect(lines(of: "fs_b_total").last == "fs_b_total 2.5")
    }

    @Test func sharesASeriesWhateverTheOrderOfTheLabels() {
        Counter(label: "fs_c_total", dimensions: [("a", "1"), ("b", "2")], factory: metrics).increment()
        Counter(label: "fs_c_total", dimensions: [("b", "2"), ("a", "1")], factory: metrics).increment()

        #expect(lines(of: "fs_c_total").dropFirst() == [#"fs_c_total{a="1",b="2"} 2"#])
    }

    @Test func escapesLabelValues() {
        Counter(label: "fs_d_total", dimensions: [("a", "q\"b\\n\nü")], factory: metrics).increment()

        #expect(lines(of: "fs_d_total").last == #"fs_d_total{a="q\"b\\n\nü"} 1"#)
    }

    @Test func keepsTheLastValueOfGauges() {
        let meter = Meter(label: "fs_e", dimensions: [], factory: metrics)
        let gauge = Gauge(label: "fs_f", dimensions: [], factory: metrics)

        meter.set(4)
        meter.increment(by: 2.5)
        meter.decrement()
        gauge.record(7)
        gauge.record(Double.infinity)

        #expect(lines(of: "fs_e") == ["# TYPE fs_e gauge", "fs_e 5.5"])
        #expect(lines(of: "fs_f") == ["# TYPE fs_f gauge", "fs_f +Inf"])
    }

    @Test func cumulatesBucketsInTheOrderOfTheirBounds() {
        let recorder = Recorder(label: "fs_size", dimensions: [("of", "x")], factory: metrics)

        for value in [0, 1, 2, 3] as [Int64] { recorder.record(value) }
        recorder.record(1.5)
        recorder.record(Double.nan)

        #expect(
            lines(of: "fs_size") == [
                "# TYPE fs_size histogram",
                #"fs_size_bucket{of="x",le="1"} 2"#,
                #"fs_size_bucket{of="x",le="2"} 4"#,
                #"fs_size_bucket{of="x",le="+Inf"} 5"#,
                #"fs_size_sum{of="x"} 7.5"#,
                #"fs_size_count{of="x"} 5"#,
            ]
        )
    }

    @Test func recordsTimersInSeconds() {
        let timer = Metrics.Timer(label: "fs_time_seconds", dimensions: [], factory: metrics)

        timer.recordNanoseconds(500_000 as Int64)
        timer.recordMilliseconds(3)
        timer.recordSeconds(20)
        timer.recordNanoseconds(-5 as Int64)

        let lines = lines(of: "fs_time_seconds")
        #expect(lines.contains(#"fs_time_seconds_bucket{le="0.0005"} 2"#))
        #expect(lines.contains(#"fs_time_seconds_bucket{le="0.0025"} 2"#))
        #expect(lines.contains(#"fs_time_seconds_bucket{le="0.005"} 3"#))
        #expect(lines.contains(#"fs_time_seconds_bucket{le="10"} 3"#))
        #expect(
            lines.suffix(3) == [
                #"fs_time_seconds_bucket{le="+Inf"} 4"#, "fs_time_seconds_sum 20.0035", "fs_time_seconds_count 4",
            ]
        )
        #expect(lines.count == 1 + 14 + 3)
    }

    @Test func readsGaugesAndCountersWhenAsked() {
        metrics.gauge("fs_g", [("queue", "x")]) { 1 }
        metrics.gauge("fs_g", [("queue", "x")]) { 2 }
        metrics.counter("fs_h_total") { .nan }

        #expect(lines(of: "fs_g") == ["# TYPE fs_g gauge", #"fs_g{queue="x"} 2"#])
        #expect(lines(of: "fs_h_total") == ["# TYPE fs_h_total counter", "fs_h_total NaN"])
    }

    @Test func aClosureMayUseTheMetricsItIsReadBy() {
        let metrics = metrics
        metrics.gauge("fs_i") { Double(metrics.seriesCount) }

        #expect(lines(of: "fs_i").last == "fs_i 2")
    }

    @Test func givesTheSameTextForTheSameValuesWithFamiliesInOrder() {
        for name in ["fs_z", "fs_y", "fs_x"] {
            for label in ["2", "1"] { Gauge(label: name, dimensions: [("l", label)], factory: metrics).record(1) }
        }

        let text = text(metrics)
        #expect(text == self.text(metrics))
        let series = text.split(separator: "\n").filter { $0.hasPrefix("fs_") }
        #expect(series == series.sorted())
        #expect(series.count == 6)
    }

    @Test(
        arguments: [
            ("1a", []), ("a-b", []), ("", []), ("ü", []), ("ok", [("1", "x")]), ("ok", [("__a", "x")]),
            ("ok", [("a", "x"), ("a", "y")]), ("fs_taken", []), ("fs_h_seconds_count", []),
        ] as [(String, [(String, String)])]
    )
    func leavesOutWhatHasNoPlace(name: String, labels: [(String, String)]) {
        Gauge(label: "fs_taken", dimensions: [], factory: metrics).record(1)
        Metrics.Timer(label: "fs_h_seconds", dimensions: [], factory: metrics).recordSeconds(1)
        let before = text(metrics)

        Counter(label: name, dimensions: labels, factory: metrics).increment()

        #expect(text(metrics) == before)
    }

    @Test func reportsANameThatIsLeftOutOnce() throws {
        let output = try LogOutputPipe()
        let writer = LogWriter(fileDescriptor: output.writeEnd)
        let logger = Logger(label: "l") { TextLogHandler(label: $0, writer: writer, level: .info) }
        let metrics = PrometheusMetrics(logger: logger)

        for kind in 0..<3 {
            Counter(label: "fs_a", dimensions: [], factory: metrics).increment()
            Gauge(label: "fs_a", dimensions: [("kind", "\(kind)")], factory: metrics).record(1)
            metrics.gauge("fs_b") { 1 }
            Gauge(label: "fs_b", dimensions: [], factory: metrics).record(2)
        }

        #expect(writer.flush(within: .seconds(10)))
        let reported = output.text().split(separator: "\n").compactMap { $0.split(separator: "metric=").last }
        #expect(reported.map { $0.prefix(4) } == ["fs_a", "fs_b"])
    }

    @Test func refusesAReservedLabelOnHistograms() {
        let before = metrics.seriesCount

        Recorder(label: "fs_size", dimensions: [("le", "1")], factory: metrics).record(1 as Int64)

        #expect(metrics.seriesCount == before)
    }

    @Test func countsEachOfManyThreadsIncrements() async {
        let counter = Counter(label: "fs_n_total", dimensions: [], factory: metrics)
        let recorder = Recorder(label: "fs_size", dimensions: [], factory: metrics)

        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        recorder.record(0.5)
                    }
                }
            }
        }

        #expect(lines(of: "fs_n_total").last == "fs_n_total 80000")
        #expect(lines(of: "fs_size").suffix(2) == ["fs_size_sum 40000", "fs_size_count 80000"])
    }

    @Test func countsTheSeriesBeyondTheLimitAndKeepsTheOthers() {
        let known = Counter(label: "fs_many_total", dimensions: [("id", "0")], factory: metrics)

        for id in 0..<(PrometheusMetrics.maximumSeries + 50) {
            Counter(label: "fs_many_total", dimensions: [("id", "\(id)")], factory: metrics).increment()
        }
        known.increment()

        #expect(metrics.seriesCount == PrometheusMetrics.maximumSeries)
        #expect(lines(of: "fs_many_total").contains(#"fs_many_total{id="0"} 2"#))
        #expect(lines(of: "flashsale_metrics_dropped_series_total").last == "flashsale_metrics_dropped_series_total 51")
    }

    @Test func tellsWhatTheKernelKnowsOfTheProcess() throws {
        ProcessMetrics.register(in: metrics)

        func value(_ name: String) throws -> Double {
            let line = try #require(lines(of: name).last)
            let number = line.split(separator: " ").last.flatMap { Double($0) }
            return try #require(number)
        }
        #expect(try value("process_cpu_seconds_total") >= 0)
        #expect(try (100_000...100_000_000_000).contains(value("process_resident_memory_bytes")))
        #expect(try value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"))
        #expect(try (3...value("process_max_fds")).contains(value("process_open_fds")))
        #expect(try value("process_threads") >= 1)
        #expect(try (1_600_000_000...10_000_000_000).contains(value("process_start_time_seconds")))
    }

    private func text(_ metrics: PrometheusMetrics) -> String { String(decoding: metrics.exposition(), as: UTF8.self) }

    /// The lines of one family, its description first.
    private func lines(of name: String) -> [String] {
        let own = [name] + ["_bucket", "_sum", "_count"].map { name + $0 }
        return text(metrics).split(separator: "\n").map(String.init).filter { line in
            if line.hasPrefix("# ") { return line.split(separator: " ")[2] == name }
            return own.contains { line.hasPrefix($0 + "{") || line.hasPrefix($0 + " ") }
        }
    }
}
