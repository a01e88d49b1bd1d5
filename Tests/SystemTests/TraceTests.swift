import Foundation
import TestSupport
import Testing

/// One trace id leads from a client's header through gate, queue and transaction; and nothing that a collector does
/// reaches shoppers.
@Suite struct TraceTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let caller = "00f067aa0ba902b7"
    private static let kept = "traceparent: 00-\(trace)-\(caller)-01\r\n"

    @Test func leadsFromTheClientThroughGateQueueAndTransaction() async throws {
        let collector = try await TestCollector.start()
        let service = try await Self.service(collector, ["BLOOM_FILTER": "off", "SOLD_BITS": "off"])
        let sale = try await TestSale.make(service, items: 5)
        let client = try await service.client()
        try await Self.untilTheGateIsAsked(client, sale)

        let joined = try await client.post(
            "/checkout?user_id=anna&item_id=\(sale.items[0])",
            headers: Self.kept + "tracestate: rojo=1\r\ntracestate: congo=2\r\n"
        )
        let code = try #require(joined.string("code"))
        _ = try await client.post("/purchase?code=\(code)", headers: Self.kept)
        _ = try await client.post("/purchase?code=\(code)", headers: Self.kept)

        let all = try await Self.spans(collector, service)
        let own = all.filter { $0.trace == Self.trace }
        let servers = own.filter { $0.kind == 2 }.sorted { $0.start < $1.start }
        #expect(servers.map(\.name) == ["POST /checkout", "POST /purchase", "POST /purchase"])
        #expect(servers.allSatisfy { $0.parent == Self.caller && $0.status == 0 })
        #expect(servers.first?.state == "rojo=1,congo=2")
        #expect(joined.header("server-timing") == "traceparent;desc=\"00-\(Self.trace)-\(servers[0].id)-01\"")
        let said = servers[0].attributes
        #expect(said["http.request.method"] == "POST" && said["http.route"] == "/checkout")
        #expect(said["http.response.status_code"] == "200" && said["url.scheme"] == "http")

        try Self.expectBatch("checkouts", of: servers[0], in: all)
        try Self.expectBatch("purchases", of: servers[1], in: all)
        let asked = own.filter { $0.name == "EVALSHA checkout" }
        #expect(asked.map(\.parent) == [servers[0].id] && asked.map(\.kind) == [3])
        #expect(asked.first?.attributes["db.system.name"] == "redis")
        #expect(["GO", "COLD"].contains(asked.first?.attributes["flashsale.gate.answer"]))
        #expect(own.filter { $0.name == "EVALSHA purchase_begin" }.map(\.parent) == [servers[2].id])
        try await collector.stop()
    }

    @Test func keepsOnlyWhatIsToBeKept() async throws {
        let collector = try await TestCollector.start()
        let service = try await Self.service(collector, [:])
        let sale = try await TestSale.make(service, items: 5)
        let client = try await service.client()
        let headers = [
            "", "traceparent: 00-\(Self.trace)-\(Self.caller)-00\r\n",
            "traceparent: 00-\(Self.trace)-\(Self.caller)\r\n",
            Self.kept + Self.kept,
        ]

        for (number, header) in headers.enumerated() {
            let answer = try await client.post(
                "/checkout?user_id=anna&item_id=\(sale.items[number])",
                headers: header
            )
            #expect(answer.status == 200 && answer.header("server-timing") == nil)
        }
        #expect(try await client.get("/nowhere", headers: Self.kept).header("server-timing") != nil)

        let spans = try await Self.spans(collector, service)
        #expect(spans.map(\.name) == ["GET"] && spans.first?.attributes["http.response.status_code"] == "404")
        try await collector.stop()
    }

    @Test func linesNameTheRequestAndItsTrace() async throws {
        let collector = try await TestCollector.start()
        let service = try await Self.service(collector, ["LOG_LEVEL": "debug"])
        let client = try await service.client()

        let kept = try await client.get("/sales/active", headers: Self.kept)
        let other = try await client.get("/nowhere", headers: "X-Request-Id: mine\r\n")
        service.signal(SIGTERM)
        _ = try await service.waitForExit()

        let lines = try service.log.split(separator: "\n").compactMap { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
        let line = { (id: String?) in lines.first { $0["request_id"] as? String == id } ?? [:] }
        let known = line(kept.header("x-request-id"))
        #expect(known["trace_id"] as? String == Self.trace && known["trace_flags"] as? String == "01")
        let span = try #require(known["span_id"] as? String)
        #expect(kept.header("server-timing")?.contains("-\(span)-01") == true)
        #expect(line("mine")["trace_flags"] as? String == "00" && (line("mine")["trace_id"] as? String)?.count == 32)
        #expect(other.status == 404)
        try await collector.stop()
    }

    /// Nobody listens, nobody answers, or all is refused, and every single request is traced.
    @Test(arguments: ["dead", "silent", "busy", "refusing"])
    func shoppersDoNotNoticeWhatBecomesOfTheCollector(_ manner: String) async throws {
        let collector = try await TestCollector.start(
            manner == "silent" ? .keepSilent : .answer(manner == "busy" ? 503 : 400, retryAfter: 86_400)
        )
        let port = manner == "dead" ? try FreePorts.take(1)[0] : collector.port
        let service = try await Stage.make().service([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(port)", "OTEL_TRACES_SAMPLER": "always_on",
            "OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_EXPORTER_OTLP_TIMEOUT": "500",
        ])
        let sale = try await TestSale.make(service, items: 600)

        let answers = try await withThrowingTaskGroup(of: [Int].self) { group in
            for shopper in 0..<20 {
                group.addTask {
                    let client = try await service.client()
                    var statuses: [Int] = []
                    for item in 0..<30 {
                        let joined = try await client.checkout("u\(shopper)-\(item)", sale.items[30 * shopper + item])
                        statuses += [joined.status, try await client.purchase(joined.string("code") ?? "").status]
                    }
                    return statuses
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }

        #expect(answers.count == 1200 && answers.allSatisfy { $0 == 200 })
        // A collector that is silent holds an export for its time, one that is busy for the longest pause.
        let reason = manner == "refusing" ? "refused" : manner == "busy" ? "shutdown" : "unreachable"
        let client = try await service.client()
        if reason != "shutdown" {
            try await service.until("otel_spans_dropped_total{reason=\"\(reason)\"}", isAtLeast: 1, asking: client)
        }
        #expect(try await client.metric("otel_spans_exported_total") == 0)
        #expect(try await client.metric("otel_spans_waiting") <= 8192)
        service.signal(SIGTERM)
        #expect(try await service.waitForExit() == 0)
        try await collector.stop()
    }

    /// A young sale's checkouts are decided by the record alone.
    private static func untilTheGateIsAsked(_ client: ServiceClient, _ sale: TestSale) async throws {
        let calls = "flashsale_redis_command_duration_seconds_count{script=\"checkout\"}"
        for _ in 0..<400 where try await client.metric(calls) == 0 {
            _ = try await client.checkout("ben", sale.items[1])
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// A request's way through a batch: it waits, then a transaction runs, which stands in a trace of its own and knows
    /// of the request, as the request knows of it.
    private static func expectBatch(_ writer: String, of request: ExportedSpan, in all: [ExportedSpan]) throws {
        let below = all.filter { $0.parent == request.id && $0.attributes["flashsale.batch.writer"] == writer }
        let wait = try #require(below.first { $0.name == "batch wait" })
        // A batch that met somebody else's is attempted again.
        let shares = below.filter { $0.name == "batch transaction" }.sorted { $0.start < $1.start }
        let share = try #require(shares.last)
        let transaction = try #require(all.first { [$0.trace, $0.id] == share.links.first })

        #expect(below.count == 1 + shares.count && shares.dropLast().allSatisfy { $0.end <= share.start })
        #expect(request.start <= wait.start && wait.end == shares[0].start && share.end <= request.end)
        #expect(transaction.name == "BATCH \(writer)" && transaction.kind == 3 && transaction.parent.isEmpty)
        #expect(transaction.trace != request.trace && transaction.links == [[share.trace, share.id]])
        #expect(transaction.attributes["db.system.name"] == "postgresql")
        #expect(transaction.attributes["flashsale.batch.result"] == "committed")
        #expect(transaction.start == share.start && transaction.end == share.end)
    }

    /// Sampling nothing by itself, and exporting nothing before it ends.
    private static func service(
        _ collector: TestCollector,
        _ settings: [String: String]
    ) async throws -> ServiceProcess {
        let own = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(collector.port)/", "OTEL_TRACES_SAMPLER_ARG": "0",
            "OTEL_BSP_SCHEDULE_DELAY": "60000",
        ]
        return try await Stage.make().service(own.merging(settings) { $1 })
    }

    /// What was exported when the service has ended, the last requests included.
    private static func spans(_ collector: TestCollector, _ service: ServiceProcess) async throws -> [ExportedSpan] {
        service.signal(SIGTERM)
        #expect(try await service.waitForExit() == 0)
        return try ExportedSpan.read(collector.exports)
    }
}
