import Metrics
import Telemetry
import Testing

@Suite struct MetricReadingTests {
    @Test func givesValuesWithTheirLabels() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "a_total", dimensions: [("x", "1"), ("y", "two, or =3")]).increment(by: 5)
        metrics.makeCounter(label: "a_total", dimensions: []).increment(by: 7)
        metrics.gauge("b", [("mode", "on")]) { 2.5 }
        metrics.makeTimer(label: "c_seconds", dimensions: []).recordNanoseconds(1)
        let reading = metrics.reading()

        let values = reading.values(of: "a_total").sorted { $0.value < $1.value }
        #expect(values.map(\.value) == [5, 7])
        #expect(values.map(\.labels) == [["x": "1", "y": "two, or =3"], [:]])
        #expect(reading.values(of: "b").map(\.labels) == [["mode": "on"]])
        #expect(reading.values(of: "b").map(\.value) == [2.5])
        #expect(reading.values(of: "c_seconds").isEmpty && reading.values(of: "d").isEmpty)
        #expect(reading.buckets(of: "a_total") { _ in true } == nil)
    }

    @Test func sumsTheHistogramsThatAreChosen() {
        let metrics = PrometheusMetrics(buckets: ["c": [1, 2, 4]])
        for (route, values) in [("a", [0.5, 1.5, 9]), ("b", [3]), ("c", [1])] {
            let recorder = metrics.makeRecorder(label: "c", dimensions: [("route", route)], aggregate: true)
            for value in values { recorder.record(value) }
        }
        let reading = metrics.reading()

        let chosen = reading.buckets(of: "c") { $0["route"] != "c" }
        #expect(chosen == MetricReading.Buckets(bounds: [1, 2, 4], counts: [1, 1, 1, 1]))
        #expect(reading.buckets(of: "c") { $0["route"] == "x" } == nil)
    }

    @Test func tellsQuantilesAsFarAsBucketsCan() {
        let buckets = MetricReading.Buckets(bounds: [1, 2, 4], counts: [0, 50, 49, 1])

        #expect(buckets.quantile(0.5) == 2)
        #expect(buckets.quantile(0.25) == 1.5)
        #expect(buckets.quantile(0.99) == 4)
        #expect(buckets.quantile(1) == 4)
        #expect(MetricReading.Buckets(bounds: [1], counts: [0, 0]).quantile(0.5) == nil)
    }

    @Test func subtractsAnEarlierReading() {
        let now = MetricReading.Buckets(bounds: [1], counts: [5, 3])

        #expect(now.since(MetricReading.Buckets(bounds: [1], counts: [2, 3])).counts == [3, 0])
        #expect(now.since(nil) == now)
        #expect(now.since(MetricReading.Buckets(bounds: [2], counts: [2, 3])) == now)
        // After a restart of the counts nothing is negative.
        #expect(now.since(MetricReading.Buckets(bounds: [1], counts: [9, 1])).counts == [0, 2])
    }
}
