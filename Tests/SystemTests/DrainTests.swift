import Glibc
import Testing

/// How an instance stops.
@Suite struct DrainTests {
    @Test func isNotReadyFromTheSignalOnButSellsUntilTheDelayIsOver() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["DRAIN_DELAY_MS": "2000"])
        let sale = try await TestSale.make(service, items: 2)
        let shopper = try await service.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))

        service.signal(SIGTERM)
        var ready = try await service.client().get("/health/ready")
        for _ in 0..<40 where ready.status == 200 {
            try await Task.sleep(for: .milliseconds(25))
            ready = try await service.client().get("/health/ready")
        }
        // The words that HAProxy is told to look for.
        #expect(ready.status == 503 && ready.text.contains("not_ready"))
        let live = try await service.client().get("/health/live")
        #expect(live.status == 200)
        let purchase = try await shopper.purchase(code)
        #expect(purchase.status == 200 && purchase.header("connection") == "close")
        let checkout = try await service.client().checkout("ben", sale.items[1])
        #expect(checkout.status == 200)

        #expect(try await service.waitForExit() == 0)
        await #expect(throws: (any Error).self) { _ = try await service.client() }
    }

    @Test func tellsTheSupervisorWhenItIsReadyAndWhenItStops() async throws {
        let stage = try await Stage.make()
        let socket = try NoticeSocket()
        let service = try await stage.service(["NOTIFY_SOCKET": socket.path], untilReady: false)

        #expect(try await socket.told() == "READY=1")
        let health = try await service.client().get("/health/ready")
        #expect(health.status == 200 && socket.next == nil)
        service.signal(SIGTERM)
        #expect(try await socket.told() == "STOPPING=1")
        #expect(try await service.waitForExit() == 0)
    }
}
