import Foundation
import TestSupport
import Testing

@Suite struct ConnectionLimitTests {
    @Test func tellsConnectionsBeyondTheBoundAndServesHealthOnThem() async throws {
        let service = try await Stage.make().service(["MAX_CONNECTIONS": "2"])
        let first = try await service.client()
        let second = try await service.client()
        #expect(try await first.get("/sales").status == 200)
        #expect(try await second.get("/sales").status == 200)

        let refused = try await service.client().get("/sales")
        let health = try await service.client().get("/health/live")
        let metrics = try await service.client().get("/metrics").text

        #expect(refused.status == 503 && refused.code == "overloaded" && refused.bool("retryable") == true)
        #expect(refused.header("retry-after") == "1" && refused.header("connection") == "close")
        #expect(health.status == 200)
        #expect(metrics.contains("http_server_connections 2\n"))
        #expect(metrics.contains(#"http_server_rejected_total{listener="shoppers",reason="connections"} 1"#))
        #expect(try await first.get("/sales").status == 200)
    }

    @Test func goesOnWithoutFileDescriptorsAndAcceptsAgainWithThem() async throws {
        let service = try await Stage.make().service()
        let sale = try await TestSale.make(service, items: 10)
        let shopper = try await service.client()
        let early = try await shopper.checkout("early", sale.items[0]).string("code") ?? ""
        #expect(try await shopper.purchase(early).status == 200)

        let limit = try service.openDescriptorCount() + 4
        #expect(try await Tool.run("prlimit", ["--pid", "\(service.process.id)", "--nofile=\(limit)"]).code == 0)
        var crowd: [ServiceClient] = []
        for _ in 0..<40 { crowd.append(try await service.client()) }
        let failures = #"http_server_accept_failures_total{listener="shoppers"}"#
        try await service.until(failures, isAtLeast: 1, asking: shopper)

        // Ten failures a second, where a loop that spins has as many in a millisecond.
        let (begin, before) = (ContinuousClock.now, try await shopper.metric(failures))
        try await service.until(failures, isAtLeast: before + 10, asking: shopper)
        let seconds = Double((ContinuousClock.now - begin) / .milliseconds(1)) / 1000
        #expect(try await shopper.metric(failures) - before <= 20 * seconds + 2)

        let late = try await shopper.checkout("late", sale.items[1]).string("code") ?? ""
        #expect(try await shopper.purchase(late).status == 200)

        for client in crowd { await client.close() }
        #expect(try await service.client().get("/sales").status == 200)
        #expect(service.process.exitCode == nil)
        #expect(service.log.contains("connections cannot be accepted"))
    }

    @Test func takesAsManyConnectionsAsTheDescriptorLimitLeavesRoomFor() async throws {
        let limited = ["--nofile=600", ServiceProcess.binary, "check-config"]

        let fitting = try await Tool.run("prlimit", limited, ["MAX_CONNECTIONS": "88"])
        let tooMany = try await Tool.run("prlimit", limited, ["MAX_CONNECTIONS": "89"])

        #expect(fitting.code == 0)
        #expect(tooMany.code != 0)
        #expect(tooMany.output.contains("MAX_CONNECTIONS must leave 512 of the 600 file descriptors"))
    }
}

extension ServiceProcess {
    fileprivate func openDescriptorCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.id)/fd").count
    }
}
