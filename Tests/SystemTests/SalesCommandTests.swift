import Foundation
import TestSupport
import Testing

/// `flashsale sales` as operators use it: against a real database, beside a running service.
@Suite struct SalesCommandTests {
    @Test func printsTheSameJSONAsTheOperatorAPI() async throws {
        let scene = try await Scene.make()
        let sale = try await scene.soldSale()
        let boss = try await scene.service.operatorClient()

        let report = try await scene.json("sales", "report", sale.id, "--json")
        let answered = try await boss.get("/admin/sales/\(sale.id)/report")
        #expect(answered.status == 200)
        #expect(Self.withoutClock(report) == Self.withoutClock(answered.json))
        let show = try await scene.json("sales", "show", sale.id, "--json")
        #expect(Set(show.keys) == Set((answered.json["sale"] as? [String: Any] ?? [:]).keys))
        let reconciled = try await scene.json("sales", "reconcile", sale.id, "--json")
        let again = try await boss.post("/admin/sales/\(sale.id)/reconcile")
        #expect(Set(reconciled.keys) == Set(again.json.keys) && reconciled["clean"] as? Bool == true)
        let audit = try await scene.json("sales", "audit", sale.id, "--json")
        #expect(audit["holds"] as? Bool == true && (audit["violations"] as? [String: Int])?["stock"] == 0)
        #expect((audit["gate"] as? [String: Any])?["clean"] as? Bool == true)
    }

    @Test func reportsWhatCameOfASale() async throws {
        let scene = try await Scene.make()
        let sale = try await scene.soldSale()

        let report = try await scene.json("sales", "report", sale.id, "--json")
        let stock = report["stock"] as? [String: Any] ?? [:]
        #expect(stock["sold"] as? Int == 2 && stock["left"] as? Int == 1 && stock["sold_percent"] as? Double == 66.66)
        let attempts = report["attempts"] as? [String: Any] ?? [:]
        #expect(attempts["accepted"] as? Int == 3 && attempts["refused"] as? Int == 1)
        let refusals = attempts["refusals"] as? [[String: Any]] ?? []
        #expect(refusals.first?["reason"] as? String == "item_already_sold")
        let codes = report["codes"] as? [String: Any] ?? [:]
        #expect(codes["issued"] as? Int == 2 && codes["redeemed"] as? Int == 1)
        #expect(codes["left_with_items"] as? Int == 1)
        #expect(report["final"] as? Bool == false)

        let text = try await scene.run("sales", "report", sale.id)
        #expect(text.code == 0)
        for words in [
            "2 of 3 (66.66 %), 1 left", "4: 3 accepted, 1 refused", "so far, as of", "SELL-THROUGH", "█",
            "item_already_sold", "ITEMS A BUYER", "MOST REFUSED ITEMS", sale.items[0], "operator  create  3 items",
        ] { #expect(text.output.contains(words), "\(words):\n\(text.output)") }

        #expect(try await scene.run("sales", "end", sale.id).code == 0)
        let last = try await scene.run("sales", "report", sale.id)
        #expect(last.output.contains("final, as of") && last.output.contains("command line  end"))
    }

    @Test func listsSalesAndItemsPageByPage() async throws {
        let scene = try await Scene.make()
        let older = try await TestSale.make(scene.service, items: 3)
        let newer = try await TestSale.make(scene.service, items: 1, members: #","name":"Bell \u0007""#)

        let first = try await scene.json("sales", "list", "--limit", "1", "--json")
        let rest = try await scene.json("sales", "list", "--before", newer.id, "--json")
        #expect(Scene.ids(first, "sales") == [newer.id] && first["next_cursor"] as? String == newer.id)
        #expect(Scene.ids(rest, "sales") == [older.id] && rest["next_cursor"] is NSNull)
        let table = try await scene.run("sales", "list")
        #expect(table.output.hasPrefix("SALE          STATUS  STARTS"))
        #expect(!table.output.contains("\u{7}"))

        let page = try await scene.json("sales", "items", older.id, "--limit", "2", "--json")
        let last = try await scene.json("sales", "items", older.id, "--after", "2", "--json")
        #expect(Scene.ids(page, "items") == Array(older.items.prefix(2)) && page["next_cursor"] as? String == "2")
        #expect(Scene.ids(last, "items") == [older.items[2]] && last["next_cursor"] is NSNull)
        #expect(try await scene.run("sales", "items", older.id, "--available").output.contains("for sale"))
    }

    @Test func importsFromAFileAndFromStandardInput() async throws {
        let scene = try await Scene.make()
        let sale = try await scene.json(
            "sales",
            "create",
            "--total-items",
            "0",
            "--starts-at",
            "2100-01-01T00:00:00Z",
            "--json"
        )
        let id = try #require(sale["id"] as? String)
        let csv = try scene.file("items.csv", "id,name,amount_minor,currency\na,A,1,EUR\nb,\"B, too\",2,EUR\n")
        let json = try scene.file("items.ndjson", #"{"id":"c","name":"C","price":{"amount_minor":3,"currency":"EUR"}}"#)
        let bad = try scene.file("bad.csv", "id,name,amount_minor,currency\nd,D,1,EUR\n\ne,,1,EUR\nd,D,one,EUR\n")

        let refused = try await scene.run("sales", "import", id, bad, "--progress")
        #expect(refused.code == 65)
        for words in ["nothing was imported", "line 4: name must not be empty", "line 5: amount_minor"] {
            #expect(refused.output.contains(words))
        }
        #expect(try await scene.json("sales", "import", id, csv, "--json")["imported"] as? Int == 2)
        let piped = try await scene.shell("\(ServiceProcess.binary) sales import \(id) - --format ndjson < '\(json)'")
        #expect(piped.code == 0 && piped.output.contains("imported 1 items"))
        let again = try await scene.run("sales", "import", id, csv)
        #expect(again.code == 65 && again.output.contains("line 2: id a belongs to another item already"))

        let items = try await scene.json("sales", "items", id, "--json")
        #expect(Scene.ids(items, "items") == ["a", "b", "c"])
        #expect(try await scene.stage.number("SELECT count(*) FROM item_import_lines") == 0)
        let running = try await TestSale.make(scene.service, items: 1)
        #expect(try await scene.run("sales", "import", running.id, csv).code == 1)
    }

    @Test func exportsToAFileAsAWholeOrNotAtAll() async throws {
        let scene = try await Scene.make()
        let sale = try await scene.soldSale()
        let path = scene.folder + "/out.csv"

        let done = try await scene.run("sales", "export", sale.id, "--output", path)
        #expect(done.code == 0 && done.output.isEmpty)
        #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 3)
        let attempts = try await scene.run("sales", "export", sale.id, "--content", "attempts", "--format", "ndjson")
        #expect(attempts.output.split(separator: "\n").count == 4)
        #expect(try await scene.run("sales", "export", sale.id, "-o", scene.folder + "/none/out.csv").code == 74)
        let full = try await scene.shell("\(ServiceProcess.binary) sales export \(sale.id) > /dev/full")
        #expect(full.code == 74 && full.output.contains("No space left"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.folder) == ["out.csv"])
    }

    @Test func saysByItsExitCodeWhatIsWrong() async throws {
        let scene = try await Scene.make()
        let sale = try await TestSale.make(scene.service, items: 1)
        #expect(try await scene.run("sales", "end", sale.id).code == 0)
        let cases: [([String], Int32)] = [
            (["sales", "resume", sale.id], 1), (["sales", "pause", "S-0000000099"], 66),
            (["sales", "report", "S-0000000099"], 66), (["sales", "audit", "S-0000000099"], 66),
            (["sales", "reconcile", "S-0000000099"], 66), (["sales", "show", "nonsense"], 64),
            (["sales", "extend", sale.id], 64), (["sales", "list", "--limit", "0"], 64),
            (["sales", "list", "--colour"], 64), (["sales", "create", "--total-items", "9999999"], 65),
            (["sales", "extend", sale.id, "--ends-at", "2001-01-01T00:00:00Z"], 65),
            (["sales", "import", sale.id, scene.folder + "/none.csv"], 66),
            (["sales", "list", "--http-port", "none"], 78), (["sales", "list", "--database-url", Self.nowhere], 69),
            (["sales", "reconcile", sale.id, "--redis-url", "redis://127.0.0.1:1"], 69), (["sales", "--help"], 0),
        ]
        for (arguments, code) in cases {
            let ended = try await scene.run(arguments)
            #expect(ended.code == code && !ended.output.isEmpty, "\(arguments): \(ended)")
        }
        let other = try await Stage.make()
        let unmigrated = try await Tool.run(["sales", "list"], ["DATABASE_URL": other.database])
        #expect(unmigrated.code == 78 && unmigrated.output.contains("flashsale migrate"))
    }

    private static let nowhere = "postgres://flashsale@127.0.0.1:1/none"

    /// What stands still between two calls.
    private static func withoutClock(_ report: [String: Any]) -> NSDictionary {
        var report = report
        for name in ["as_of", "sell_through"] { report[name] = nil }
        if var attempts = report["attempts"] as? [String: Any] {
            attempts["until"] = nil
            report["attempts"] = attempts
        }
        return report as NSDictionary
    }
}

/// A service with its database, a folder for files, and the commands.
private final class Scene: Sendable {
    let stage: Stage
    let service: ServiceProcess
    let folder: String

    private init(stage: Stage, service: ServiceProcess, folder: String) {
        self.stage = stage
        self.service = service
        self.folder = folder
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch {}
    }

    static func make() async throws -> Scene {
        let stage = try await Stage.make()
        let folder = NSTemporaryDirectory() + "flashsale-commands-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return Scene(stage: stage, service: try await stage.service(), folder: folder)
    }

    static func ids(_ json: [String: Any], _ list: String) -> [String] {
        (json[list] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    }

    /// Three items: anna has bought two, ben was too late for one of them and has the third in the cart.
    func soldSale() async throws -> TestSale {
        let sale = try await TestSale.make(service, items: 3)
        let shopper = try await service.client()
        _ = try await shopper.checkout("anna", sale.items[0])
        let code = try await shopper.checkout("anna", sale.items[1]).string("code") ?? ""
        guard try await shopper.purchase(code).status == 200,
            try await shopper.checkout("ben", sale.items[0]).status == 409,
            try await shopper.checkout("ben", sale.items[2]).status == 200
        else { throw ServiceProcess.Failure(description: "the sale went otherwise:\n\(service.log)") }
        // A refusal from memory is written with a later batch.
        for _ in 0..<200 where try await stage.number("SELECT count(*) FROM checkout_attempts") < 4 {
            try await Task.sleep(for: .milliseconds(20))
        }
        try await stage.untilGateIsOpen(of: sale)
        _ = try await service.operatorClient().post("/admin/sales/\(sale.id)/reconcile")
        return sale
    }

    func run(_ arguments: String...) async throws -> (code: Int32, output: String) { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> (code: Int32, output: String) {
        try await Tool.run(arguments, environment)
    }

    func shell(_ command: String) async throws -> (code: Int32, output: String) {
        try await Tool.run("/bin/sh", ["-c", command], environment)
    }

    func json(_ arguments: String...) async throws -> [String: Any] {
        let (code, output) = try await run(arguments)
        guard code == 0, let json = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] else {
            throw ServiceProcess.Failure(description: "\(arguments) gave \(code): \(output)")
        }
        return json
    }

    func file(_ name: String, _ text: String) throws -> String {
        let path = folder + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private var environment: [String: String] { ["DATABASE_URL": stage.database, "REDIS_URL": stage.redis.url] }
}
