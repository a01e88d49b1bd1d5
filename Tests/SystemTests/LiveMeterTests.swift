import Kernel
import Metrics
import Telemetry
import Testing

@testable import API
@testable import FlashSale

@Suite struct LiveMeterTests {
    private let metrics = PrometheusMetrics()
    private let start = Instant.now

    private func count(_ name: String, _ labels: [(String, String)], _ amount: Int64) {
        metrics.makeCounter(label: name, dimensions: labels).increment(by: amount)
    }

    private func time(_ route: String, _ milliseconds: Int64, times: Int) {
        let labels = [("listener", "shoppers"), ("method", "POST"), ("route", route), ("status", "200")]
        let timer = metrics.makeTimer(label: "http_request_duration_seconds", dimensions: labels)
        for _ in 0..<times { timer.recordNanoseconds(milliseconds * 1_000_000) }
    }

    @Test func hasNoFiguresBeforeTheSecondLookNorAfterAPause() {
        let meter = LiveMeter(metrics) { nil }

        #expect(meter.figures(at: start) == nil)
        #expect(meter.figures(at: start + .seconds(1)) != nil)
        #expect(meter.figures(at: start + .seconds(2)) != nil)
        #expect(meter.figures(at: start + .seconds(60)) == nil)
        #expect(meter.figures(at: start + .seconds(61)) != nil)
    }

    @Test func countsASecondAndSumsWhatBelongsTogether() throws {
        let audit = start
        let meter = LiveMeter(metrics) { audit }
        count("flashsale_checkouts_total", [("outcome", "accepted"), ("decided_by", "record")], 1000)
        _ = meter.figures(at: start)
        count("http_requests_total", [("listener", "shoppers"), ("route", "/checkout"), ("status", "200")], 30)
        count("http_requests_total", [("listener", "shoppers"), ("route", "/purchase"), ("status", "200")], 10)
        count("http_requests_total", [("listener", "operators"), ("route", "/admin/sales"), ("status", "200")], 7)
        count("flashsale_checkouts_total", [("outcome", "accepted"), ("decided_by", "record")], 20)
        count("flashsale_checkouts_total", [("outcome", "item_already_sold"), ("decided_by", "memory")], 6)
        count("flashsale_checkouts_total", [("outcome", "item_already_sold"), ("decided_by", "gate")], 4)
        count("flashsale_purchases_total", [("outcome", "purchased")], 8)
        count("flashsale_purchases_total", [("outcome", "user_limit_exceeded")], 2)
        count("flashsale_requests_shed_total", [("class", "browsing")], 12)
        count("flashsale_invariant_violations_total", [("invariant", "x")], 3)
        metrics.gauge("flashsale_degraded_mode", [("mode", "redis_down")]) { 1 }
        metrics.gauge("flashsale_degraded_mode", [("mode", "other")]) { 0 }
        metrics.gauge("flashsale_queue_depth", [("queue", "checkouts")]) { 5 }

        let figures = try #require(meter.figures(at: start + .seconds(2)))
        #expect(figures.requests == 20)
        #expect(figures.checkouts == 15)
        #expect(figures.purchases == 5)
        #expect(figures.refusals == ["item_already_sold": 5, "user_limit_exceeded": 1, "overloaded": 6])
        #expect(figures.degraded == ["redis_down"])
        #expect(figures.violations == 3)
        #expect(figures.queues == ["checkouts": 5])
        #expect(figures.lastAudit == 2)
    }

    @Test func tellsLatenciesOfTheLastTenSecondsAlone() throws {
        let meter = LiveMeter(metrics) { nil }
        time("/checkout", 9000, times: 1000)
        _ = meter.figures(at: start)
        time("/checkout", 2, times: 98)
        time("/checkout", 400, times: 2)
        let figures = try #require(meter.figures(at: start + .seconds(1)))
        let p50 = try #require(figures.checkoutLatency.p50)
        let p99 = try #require(figures.checkoutLatency.p99)

        #expect((1...2.5).contains(p50))
        #expect((250...500).contains(p99))
        #expect(figures.purchaseLatency.p50 == nil && figures.purchaseLatency.p99 == nil)
        for second in 2...12 { _ = meter.figures(at: start + .seconds(second)) }
        #expect(try #require(meter.figures(at: start + .seconds(13))).checkoutLatency.p50 == nil)
    }
}
