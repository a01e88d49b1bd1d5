import Foundation
import TestSupport
import Testing

/// Which requests get a line of their own.
@Suite struct AccessLogTests {
    @Test(arguments: ["0", "1", "0.5"])
    func logsTheShareThatIsAskedFor(_ ratio: String) async throws {
        let service = try await Stage.make().service(["ACCESS_LOG_RATIO": ratio])
        let client = try await service.client()
        for number in 0..<200 {
            _ = try await client.get("/sales/active", headers: "X-Request-Id: mine-\(number)\r\n")
        }
        service.signal(SIGTERM)
        #expect(try await service.waitForExit() == 0)

        let lines = try service.log.split(separator: "\n").compactMap { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
        let own = lines.filter { ($0["request_id"] as? String)?.hasPrefix("mine-") == true }
        switch ratio {
        case "0": #expect(own.isEmpty)
        case "1": #expect(own.count == 200)
        // Seven standard deviations on both sides.
        default: #expect((50...150).contains(own.count), "\(own.count) of 200")
        }
        #expect(own.allSatisfy { $0["level"] as? String == "info" && $0["route"] as? String == "/sales/active" })
    }
}
