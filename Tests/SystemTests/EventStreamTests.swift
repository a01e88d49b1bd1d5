import Foundation
import TestSupport
import Testing

/// Readers of a sale's events, over the wire.
@Suite(.serialized) struct EventStreamTests {
    @Test func tellsReadersOfOneInstanceWhatAnotherSells() async throws {
        let stage = try await Stage.make()
        let (here, there) = (try await stage.service(), try await stage.service())
        let sale = try await TestSale.make(here, items: 30)
        let reader = try await EventReader.open(there, sale)
        #expect(try await reader.next().name == "snapshot")

        let shopper = try await here.client()
        let code = try await shopper.checkout("anna", sale.items[4]).string("code") ?? ""
        _ = try await shopper.checkout("anna", sale.items[7])
        #expect(try await shopper.purchase(code).status == 200)

        let delta = try await reader.next()
        #expect(delta.name == "delta")
        #expect(delta.json["sold"] as? Int == 2)
        #expect(delta.json["items"] as? [Int] == [5, 8])
        let bitmap = try await there.client().get("/sales/\(sale.id)/availability")
        #expect(bitmap.wire.body == [0b1001_0000, 0, 0, 0])
        #expect(bitmap.header("x-sold") == "2")

        // Who comes back to the instance goes on; to another one, begins anew.
        await reader.close()
        #expect(try await EventReader.open(there, sale, since: "x-1").next().name == "snapshot")
        #expect(try await EventReader.open(here, sale, since: delta.id).next().name == "snapshot")
        try await there.until("flashsale_events_sent_total", isAtLeast: 1)
    }

    @Test func endsWithTheSale() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 3)
        let reader = try await EventReader.open(service, sale)
        _ = try await reader.next()
        _ = try await service.operatorClient().post("/admin/sales/\(sale.id)/pause")
        #expect(try await reader.next().json["status"] as? String == "paused")
        _ = try await service.operatorClient().post("/admin/sales/\(sale.id)/end")

        #expect(try await reader.next().json["status"] as? String == "ended")
        #expect(try await reader.next().name == "end")
        #expect(try await reader.rest() == "")
        let late = try await service.client().get("/sales/\(sale.id)/events")
        #expect(late.text.contains("event: snapshot") && late.text.hasSuffix("}\n\n"))
        #expect(late.text.contains("event: end"))
    }

    @Test func takesNoRoomFromShoppersAndIsBounded() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["MAX_EVENT_READERS": "3", "MAX_IN_FLIGHT": "2"])
        let sale = try await TestSale.make(service, items: 3)
        var readers: [EventReader] = []
        for _ in 0..<3 {
            readers.append(try await EventReader.open(service, sale))
            #expect(try await readers.last?.next().name == "snapshot")
        }
        let client = try await service.client()
        let refused = try await client.get("/sales/\(sale.id)/events")
        #expect(refused.status == 503 && refused.code == "overloaded" && refused.header("retry-after") == "5")
        #expect(try await client.metric("flashsale_event_readers") == 3)
        #expect(try await client.metric("flashsale_event_readers_refused_total") == 1)
        #expect(try await client.get("/sales/\(sale.id)").status == 200)
        #expect(try await client.send("HEAD", "/sales/\(sale.id)/events").status == 503)

        await readers[0].close()
        #expect(await eventually { try await client.metric("flashsale_event_readers") == 2 })
        let head = try await client.send("HEAD", "/sales/\(sale.id)/events")
        #expect(head.status == 200 && head.header("content-type") == "text/event-stream; charset=utf-8")
        #expect(try await client.metric("flashsale_event_readers") == 2)
    }

    @Test func tellsReadersToGoWhenItStops() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 3)
        let reader = try await EventReader.open(service, sale)
        _ = try await reader.next()
        service.signal(SIGTERM)

        let rest = try await reader.rest()
        #expect(rest.hasPrefix("retry: ") && rest.hasSuffix("00\n\n"))
        #expect(try await service.waitForExit() == 0)
    }

    @Test func tellsOperatorsEachSecondHowItGoes() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["AUDIT_SECONDS": "1"])
        let sale = try await TestSale.make(service, items: 30)
        #expect(try await ServiceClient.connect(service.adminPort).get("/live/events").status == 401)
        let wire = try await HTTPTestClient.connect(service.adminPort)
        let token = "Authorization: Bearer \(ServiceProcess.adminToken)\r\n"
        try await wire.send("GET /live/events HTTP/1.1\r\nHost: test\r\n\(token)\r\n")
        let reader = EventReader(wire: wire)
        let shopper = try await service.client()
        _ = try await reader.next()
        let code = try await shopper.checkout("anna", sale.items[4]).string("code") ?? ""
        _ = try await shopper.purchase(code)
        _ = try await shopper.checkout("ben", sale.items[4])

        var seen: [EventReader.Event] = []
        for _ in 0..<4 { seen.append(try await reader.next()) }
        #expect(seen.allSatisfy { $0.name == "state" })
        let last = try #require(seen.last?.json)
        let sales = try #require(last["sales"] as? [[String: Any]])
        #expect(sales.map { $0["sale_id"] as? String } == [sale.id])
        #expect(sales[0]["sold"] as? Int == 1 && sales[0]["items"] as? Int == 30)
        #expect((last["instance"] as? String)?.hasSuffix(":\(service.port)") == true)
        #expect(last["violations"] as? Int == 0 && last["degraded"] as? [String] == [])
        #expect(last["queues"] as? [String: Int] == ["checkouts": 0, "purchases": 0])
        #expect(last["last_audit_seconds"] is Double)
        #expect(seen.contains { ($0.json["purchases_per_second"] as? Double ?? 0) > 0 })
        #expect(seen.contains { ($0.json["checkouts_per_second"] as? Double ?? 0) > 0 })
        #expect(seen.contains { ($0.json["refusals_per_second"] as? [String: Double])?["item_already_sold"] != nil })
        let latency = try #require(last["latency_ms"] as? [String: [String: Double]])
        #expect((latency["purchase"]?["p99"] ?? 0) > 0)
        await wire.close()
    }

    private func eventually(_ condition: () async throws -> Bool) async -> Bool {
        for _ in 0..<400 {
            if (try? await condition()) == true { return true }  // a failure is no reason to stop asking
            try? await Task.sleep(for: .milliseconds(25))  // nothing is lost when it is cut short
        }
        return false
    }
}

/// One connection that follows a sale.
struct EventReader: Sendable {
    struct Event: Sendable {
        let name: String
        let id: String?
        let data: String

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(data.utf8))) as? [String: Any] ?? [:]
        }
    }

    let wire: HTTPTestClient

    static func open(_ service: ServiceProcess, _ sale: TestSale, since id: String? = nil) async throws -> EventReader {
        let wire = try await HTTPTestClient.connect(service.port)
        let resume = id.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        try await wire.send("GET /sales/\(sale.id)/events HTTP/1.1\r\nHost: test\r\n\(resume)\r\n")
        return EventReader(wire: wire)
    }

    /// The next event; whatever is before it, the head of the response included, is passed over.
    func next() async throws -> Event {
        try await wire.wait { bytes, _ in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let start = text.range(of: "event: "),
                let end = text.range(of: "\n\n", range: start.lowerBound..<text.endIndex)
            else { return nil }
            bytes = Array(text[end.upperBound...].utf8)
            var fields: [Substring: String] = [:]
            for line in text[start.lowerBound..<end.lowerBound].split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { fields[parts[0]] = String(parts[1].dropFirst()) }
            }
            return Event(name: fields["event"] ?? "", id: fields["id"], data: fields["data"] ?? "")
        }
    }

    func rest() async throws -> String { try await wire.rest() }

    func close() async { await wire.close() }
}
