import Testing

@testable import API

@Suite struct MetricsFormatTests {
    @Test(arguments: [
        // Prometheus 2.42 and 3.
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;"
            + "version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2",
        "application/openmetrics-text", "Application/OpenMetrics-Text; charset=utf-8 ; Version=\"1.0.0\"",
        "text/plain;q=0.5, application/openmetrics-text;q=0.5", "*/*;q=0.2, application/openmetrics-text;q=0.3",
    ])
    func givesOpenMetricsToWhoPrefersIt(_ accept: String) {
        #expect(MetricsFormat(accept: [accept]) == .openMetrics)
    }

    @Test(arguments: [
        "", "*/*", "text/plain", "text/plain;version=0.0.4", "application/*", "application/json", "text/html,*/*;q=0.8",
        "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;version=2.0.0, */*;q=0.1",
        "application/openmetrics-text;q=0.4,text/plain;q=0.5", "application/openmetrics-text;q=0",
        "application/openmetrics-text;q=0.1,*/*", "application/openmetrics-text;q=x", ";;,=,;q=1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    ])
    func givesTheOlderFormatToEverybodyElse(_ accept: String) {
        #expect(MetricsFormat(accept: [accept]) == .text)
        #expect(MetricsFormat(accept: []) == .text)
    }

    @Test func readsAHeaderThatCameInParts() {
        #expect(MetricsFormat(accept: ["text/plain;q=0.5", "application/openmetrics-text"]) == .openMetrics)
    }
}
