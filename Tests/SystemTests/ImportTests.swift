import Foundation
import TestSupport
import Testing

/// Imports whose sender goes away, or sends more than anybody would hold in memory.
@Suite struct ImportTests {
    @Test(arguments: [false, true]) func leavesNothingOfASenderThatHangsUp(withReset: Bool) async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await Self.scheduled(service)
        let wire = try await HTTPTestClient.connect(service.adminPort)
        try await wire.send(
            """
            POST /admin/sales/\(sale)/items?format=ndjson HTTP/1.1\r
            Host: test\r
            Authorization: Bearer \(ServiceProcess.adminToken)\r
            Content-Length: 100000000\r
            \r

            """
        )
        try await wire.send(Self.lines(1...5000))
        try await Self.until { try await stage.number("SELECT count(*) FROM item_import_lines") >= 1000 }

        if withReset { try await wire.reset() } else { await wire.close() }

        try await Self.until { try await stage.number("SELECT count(*) FROM item_imports") == 0 }
        #expect(try await stage.number("SELECT count(*) FROM item_import_lines") == 0)
        #expect(try await stage.number("SELECT total_items FROM sales") == 0)
        #expect(try await stage.number("SELECT count(*) FROM items") == 0)
        let boss = try await service.operatorClient()
        let again = try await boss.post("/admin/sales/\(sale)/items?format=ndjson", json: Self.lines(1...3))
        #expect(again.int("imported") == 3)
    }

    @Test func holdsLittleOfALongStreamInMemory() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await Self.scheduled(service)
        let boss = try await service.operatorClient()
        _ = try await boss.post("/admin/sales/\(sale)/items?format=ndjson", json: Self.lines(1...2000))
        let before = try service.peakMemory

        // 45 MB; sent by the test in one piece, taken by the service as it can store it.
        let answer = try await boss.post("/admin/sales/\(sale)/items?format=ndjson", json: Self.lines(10_001...110_000))

        #expect(answer.int("imported") == 100_000)
        #expect(try service.peakMemory - before < 20_000_000)
    }

    private static func scheduled(_ service: ServiceProcess) async throws -> String {
        let start = Date().addingTimeInterval(3600).ISO8601Format()
        return try await TestSale.make(service, items: 0, members: #","starts_at":"\#(start)""#).id
    }

    private static func lines(_ numbers: ClosedRange<Int>) -> String {
        let picture = String(repeating: "p", count: 370)
        return numbers.reduce(into: "") { text, number in
            text += #"{"id":"x-\#(number)","name":"N","image_url":"/\#(picture)","#
            text += #""price":{"amount_minor":1,"currency":"EUR"}}"# + "\n"
        }
    }

    private static func until(_ isSo: () async throws -> Bool) async throws {
        for _ in 0..<400 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ServiceProcess.Failure(description: "it did not come to be")
    }
}

extension ServiceProcess {
    /// The most memory that it has ever held, in bytes.
    fileprivate var peakMemory: Int {
        get throws {
            let status = try String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
    }
}
