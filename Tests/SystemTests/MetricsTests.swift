import Foundation
import TestSupport
import Testing

/// What a scraper is given by the running service.
@Suite struct MetricsTests {
    private static let openMetrics = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n"

    /// A cluster has room for many instances only if each of them keeps to this.
    @Test func staysBelow1500SeriesWhateverIsAskedFor() async throws {
        let collector = try await TestCollector.start()
        let service = try await Stage.make().service([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(collector.port)", "RATE_LIMIT_PER_USER": "100/s",
            "OTEL_TRACES_SAMPLER": "always_on",
        ])
        let sale = try await TestSale.make(service, items: 30)
        try await Self.askForEverything(service, sale)

        let client = try await service.client()
        for headers in ["", Self.openMetrics] {
            let answer = try await client.get("/metrics", headers: headers)
            let series = answer.text.split(separator: "\n").count { !$0.hasPrefix("#") }
            #expect(series > 300 && series <= 1500, "\(series) series")
            #expect(answer.text.utf8.count <= 256 * 1024)
        }
        #expect(try await client.metric("flashsale_metrics_dropped_series_total") == 0)
        try await collector.stop()
    }

    @Test func speaksTheFormatThatIsAskedFor() async throws {
        let collector = try await TestCollector.start()
        let service = try await Stage.make().service([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(collector.port)", "OTEL_TRACES_SAMPLER_ARG": "0",
        ])
        let sale = try await TestSale.make(service, items: 3)
        let client = try await service.client()
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let joined = try await client.post(
            "/checkout?user_id=anna&item_id=\(sale.items[0])",
            headers: "traceparent: 00-\(trace)-00f067aa0ba902b7-01\r\n"
        )
        #expect(joined.status == 200)

        let old = try await client.get("/metrics")
        let new = try await client.get("/metrics", headers: Self.openMetrics)

        #expect(old.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(new.header("content-type") == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(old.header("vary") == "Accept" && new.text.hasSuffix("\n# EOF\n") && !old.text.contains("# EOF"))
        let exemplars = new.text.split(separator: "\n").filter { $0.contains("trace_id=\"\(trace)\"") }
        #expect(exemplars.contains { $0.hasPrefix("http_request_duration_seconds_bucket") })
        #expect(exemplars.contains { $0.hasPrefix("flashsale_batch_duration_seconds_bucket") })
        try await collector.stop()
    }

    /// Every route, right and wrong, and what is no route.
    private static func askForEverything(_ service: ServiceProcess, _ sale: TestSale) async throws {
        let client = try await service.client()
        for item in 0..<15 {
            let joined = try await client.checkout("u\(item)", sale.items[item])
            let code = joined.string("code") ?? ""
            for target in ["/checkouts/\(code)", "/purchases/\(code)", "/items/\(sale.items[item])/image.svg"] {
                _ = try await client.get(target)
            }
            _ = try await client.send("DELETE", "/checkouts/\(code)/items/\(sale.items[item + 1])")
            _ = try await client.purchase(code)
            _ = try await client.purchase(code)
            _ = try await client.checkout("v\(item)", sale.items[item])
        }
        let nothing = "CHK-\(sale.id)-000000000000000000000000"
        let shoppers = [
            "/sales", "/sales/active", "/sales/\(sale.id)", "/sales/\(sale.id)/items",
            "/sales/\(sale.id)/items?limit=x",
            "/sales/S-0000009999", "/health", "/health/ready", "/health/live", "/metrics", "/problems/sold-out",
            "/nowhere/\(UUID())", "/checkouts/\(nothing)", "/purchases/\(nothing)", "/checkouts/x", "/purchases/x",
        ]
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
            for target in shoppers { _ = try await client.send(method, target) }
        }
        // Each of these ends its connection.
        for method in ["BREW", "FETCH"] { _ = try await service.client().send(method, "/checkout") }
        for target in ["/checkout", "/checkout?user_id=a&item_id=b", "/purchase", "/purchase?code=\(nothing)"] {
            _ = try await client.post(target)
        }
        let boss = try await service.operatorClient()
        for target in ["/admin/sales", "/admin/sales/\(sale.id)", "/admin/sales/\(sale.id)/purchases", "/admin/x"] {
            for method in ["GET", "POST"] { _ = try await boss.send(method, target) }
        }
        for action in ["pause", "resume", "reconcile", "audit", "extend", "end"] {
            _ = try await boss.post("/admin/sales/\(sale.id)/\(action)", json: "{}")
        }
    }
}
