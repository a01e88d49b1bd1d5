import Foundation
import TestSupport
import Testing

@testable import LoadGenerator

/// The load generator as people run it: its verdict is what a benchmark stands on.
@Suite struct LoadGeneratorTests {
    @Test(arguments: [
        ["flow", "--duration", "1", "--warm-up", "0.2", "--items-per-checkout", "2", "--items", "20000"],
        ["flow", "--rate", "100", "--duration", "1", "--warm-up", "0"],
        ["checkout", "--count", "300"], ["purchase", "--count", "200"], ["browse", "--count", "300"],
        ["realistic", "--users", "60", "--duration", "2", "--warm-up", "0", "--items", "200"],
    ])
    func runsAndFindsThePromisesKept(_ scenario: [String]) async throws {
        let service = try await Stage.make().service()

        let run = try await LoadTool.run(scenario, on: [service])

        #expect(run.code == 0, "\(run.output)")
        let report = try #require(run.report)
        #expect(report.broken == [] && report.failures == [:])
        #expect(report.operations > 0 && report.requests >= report.operations)
        #expect(report.check["attempts_on_record"] == report.check["attempts_sent"])
        #expect(report.cpu["service"] != nil && report.cpu["load"] != nil)
        #expect(report.steps.values.contains { $0.count > 0 && $0.p50 <= $0.p99 && $0.p99 <= $0.max })
    }

    @Test func stormsASoldOutSaleAndFindsEveryAttemptOnRecord() async throws {
        let service = try await Stage.make().service()

        let run = try await LoadTool.run(["soldout", "--items", "50", "--count", "2000"], on: [service])

        #expect(run.code == 0, "\(run.output)")
        let report = try #require(run.report)
        #expect(report.answers == ["checkout 409 item_already_sold": 2000])
        #expect(report.check["attempts_on_record"] == 2050)
    }

    @Test func sharesTheServiceWithReadersOfTheSale() async throws {
        let service = try await Stage.make().service()

        let run = try await LoadTool.run(["flow", "--count", "300", "--readers", "120"], on: [service])

        #expect(run.code == 0, "\(run.output)")
        let report = try #require(run.report)
        #expect(report.check["readers"] == 120)
        // Each had `retry` and a snapshot at least.
        #expect(report.check["reader_pieces"].map { $0 >= 240 } == true)
        let full = try await Stage.make().service(["MAX_EVENT_READERS": "5"])
        let refused = try await LoadTool.run(["flow", "--count", "300", "--readers", "6"], on: [full])
        #expect(refused.code != 0 && refused.output.contains("a reader was not let in"))
    }

    @Test(arguments: ["rush", "contend"])
    func sellsAWholeSaleExactlyThroughTwoInstances(_ scenario: String) async throws {
        let stage = try await Stage.make()
        let services = [try await stage.service(), try await stage.service()]

        let run = try await LoadTool.run(
            [scenario, "--items", "300", "--users", "400", "--duration", "60"],
            on: services
        )

        #expect(run.code == 0, "\(run.output)")
        let report = try #require(run.report)
        #expect(report.check["sold"] == 300 && report.check["acknowledged"] == 300)
        #expect(report.check["seconds_to_sell_out"].map { $0 > 0 } == true)
    }

    @Test func endsWithTwoWhenAnAcknowledgedPurchaseIsGone() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()

        async let run = LoadTool.run(["flow", "--duration", "4", "--warm-up", "0", "--items", "50000"], on: [service])
        while try await stage.number("SELECT count(*) FROM purchases") == 0 {
            try await Task.sleep(for: .milliseconds(20))
        }
        try await stage.execute(
            "DELETE FROM purchases WHERE ctid = (SELECT ctid FROM purchases LIMIT 1)"
        )
        let result = try await run

        #expect(result.code == 2, "\(result.output)")
        #expect(result.output.contains("BROKEN: 1 acknowledged units are not on record as they were told"))
    }

    @Test(arguments: [
        (["flow", "--url", "http://192.0.2.1:8080"], "is not this machine"),
        (["flow", "--url", "http://127.0.0.1.example.com"], "is not this machine"),
        (["flow", "--connections", "0"], "--connections must be 1 to 10000"),
        (["flow", "--watch", "service"], "must be NAME=PID"), (["flow", "--url", "nonsense"], "is no address"),
        (["flow", "--admin-token", ""], "must be given"), (["stroll"], "invalid"),
        (["report", "nowhere.jsonl"], "cannot be read"),
    ])
    func refusesWithASentence(_ arguments: [String], _ sentence: String) async throws {
        let run = try await LoadTool.run(arguments, on: [])

        #expect(run.code != 0 && run.output.contains(sentence), "\(run.output)")
    }

    @Test func endsWithAnErrorWhereNobodyListens() async throws {
        let port = try FreePorts.take(1)[0]

        let run = try await LoadTool.run(
            [
                "flow", "--url", "http://127.0.0.1:\(port)", "--admin-url", "http://127.0.0.1:\(port)", "--admin-token",
                "x",
            ],
            on: []
        )

        #expect(run.code == 1 && run.output.contains("failed"), "\(run.output)")
    }
}

/// The built `flashsale-load`, run to its end.
enum LoadTool {
    /// Runs it on services, and reads the report it writes.
    static func run(
        _ arguments: [String],
        on services: [ServiceProcess]
    ) async throws -> (code: Int32, output: String, report: RunReport?) {
        let path = NSTemporaryDirectory() + "flashsale-load-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var arguments = arguments
        if let first = services.first {
            arguments += services.flatMap { ["--url", "http://127.0.0.1:\($0.port)"] }
            arguments += services.flatMap { ["--watch", "service=\($0.process.id)"] }
            arguments += ["--admin-url", "http://127.0.0.1:\(first.adminPort)", "--connections", "8", "--json", path]
        }
        let program = URL(fileURLWithPath: ServiceProcess.binary).deletingLastPathComponent()
            .appendingPathComponent("flashsale-load").path
        let environment = services.isEmpty ? [:] : ["ADMIN_TOKEN": ServiceProcess.adminToken]
        let process = try ChildProcess(program, arguments, environment: environment)
        for _ in 0..<4800 {
            if let code = process.exitCode { return (code, process.output, try? RunReport.read(path).first) }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ServiceProcess.Failure(description: "\(arguments) did not end:\n\(process.output)")
    }
}
