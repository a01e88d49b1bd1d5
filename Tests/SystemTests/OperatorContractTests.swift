import Foundation
import TestSupport
import Testing

/// The operator API as operators rely on it.
@Suite struct OperatorContractTests {
    @Test func opensForTheTokenOnly() async throws {
        let service = try await SharedService.shared()
        let stranger = try await ServiceClient.connect(service.adminPort)
        let wrong = try await ServiceClient.connect(
            service.adminPort,
            headers: "Authorization: Bearer wrong-token-0123456789\r\n"
        )

        for client in [stranger, wrong] {
            let answer = try await client.post("/admin/sales", json: #"{"total_items":1}"#)
            #expect(answer.status == 401 && answer.code == "unauthenticated")
            #expect(answer.header("www-authenticate") == "Bearer")
        }
        #expect(try await service.client().post("/admin/sales").status == 404)
    }

    @Test func pausesResumesExtendsAndEnds() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 5)
        let shopper = try await service.client()
        let boss = try await service.operatorClient()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))

        #expect(try await boss.post("/admin/sales/\(sale.id)/pause").string("status") == "paused")
        let paused = try await shopper.checkout("anna", sale.items[1])
        #expect(paused.status == 409 && paused.code == "sale_not_active" && paused.bool("retryable") == true)
        #expect(try await shopper.purchase(code).code == "sale_not_active")
        #expect(try await shopper.get("/sales/active").code == "sale_not_found")

        #expect(try await boss.post("/admin/sales/\(sale.id)/resume").string("status") == "active")
        #expect(try await shopper.checkout("anna", sale.items[1]).status == 200)
        let before = try #require(try await shopper.get("/sales/\(sale.id)").string("ends_at"))
        let extended = try await boss.post("/admin/sales/\(sale.id)/extend", json: #"{"seconds":60}"#)
        #expect(try #require(extended.string("ends_at")) > before)
        #expect(
            try await boss.post("/admin/sales/\(sale.id)/extend", json: #"{"ends_at":"2001-01-01T00:00:00Z"}"#).status
                == 400
        )

        #expect(try await boss.post("/admin/sales/\(sale.id)/end").string("status") == "ended")
        #expect(try await shopper.purchase(code).code == "sale_ended")
        #expect(try await shopper.checkout("anna", sale.items[2]).status == 410)
        #expect(try await boss.post("/admin/sales/\(sale.id)/resume").status == 410)
        #expect(try await boss.post("/admin/sales/S-0000009999/pause").code == "sale_not_found")
    }

    @Test func tellsWhenAScheduledSaleOpens() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let start = Date().addingTimeInterval(3).ISO8601Format()
        let sale = try await TestSale.make(service, items: 2, members: #","starts_at":"\#(start)""#)
        let shopper = try await service.client()

        let early = try await shopper.checkout("anna", sale.items[0])
        #expect(early.code == "sale_not_active" && Int(early.header("retry-after") ?? "") ?? 0 >= 1)
        #expect(try await shopper.get("/sales/\(sale.id)").string("status") == "scheduled")
        var opened = early
        for _ in 0..<300 where opened.status != 200 {
            opened = try await shopper.checkout("anna", sale.items[0])
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(opened.status == 200)
    }

    @Test func redeemsIssuedCodesDuringGraceOnly() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let end = Date().addingTimeInterval(3).ISO8601Format()
        let sale = try await TestSale.make(service, items: 3, members: #","ends_at":"\#(end)","grace_seconds":2"#)
        let shopper = try await service.client()
        let inGrace = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        let tooLate = try #require(try await shopper.checkout("ben", sale.items[1]).string("code"))

        var closed = try await shopper.checkout("anna", sale.items[2])
        for _ in 0..<400 where closed.status == 200 {
            try await Task.sleep(for: .milliseconds(10))
            closed = try await shopper.checkout("anna", sale.items[2])
        }
        #expect(closed.status == 410 && closed.code == "sale_ended")
        #expect(try await shopper.purchase(inGrace).status == 200)
        var late = try await shopper.get("/sales/\(sale.id)")
        for _ in 0..<60 {  // until two seconds of grace have passed by the record's clock
            try await Task.sleep(for: .milliseconds(50))
            late = try await shopper.get("/sales/\(sale.id)")
        }
        #expect(late.string("status") == "ended")
        #expect(try await shopper.purchase(tooLate).code == "sale_ended")
        #expect(try await shopper.purchase(inGrace).status == 200)
    }

    @Test func runsOutInsteadOfClosingWhereAnOperatorWantsIt() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let end = Date().addingTimeInterval(2).ISO8601Format()
        let members = #","ends_at":"\#(end)","grace_seconds":0,"after_end":"run_out""#
        let sale = try await TestSale.make(service, items: 1, members: members)
        let shopper = try await service.client()

        var summary = try await shopper.get("/sales/\(sale.id)")
        for _ in 0..<60 {  // until three seconds have passed, so that the planned end has
            try await Task.sleep(for: .milliseconds(50))
            summary = try await shopper.get("/sales/\(sale.id)")
        }
        #expect(summary.string("status") == "active")
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        #expect(try await shopper.purchase(code).int("total_purchased") == 1)
        for _ in 0..<100 where summary.string("status") != "ended" {
            try await Task.sleep(for: .milliseconds(50))
            summary = try await shopper.get("/sales/\(sale.id)")
        }
        #expect(summary.string("status") == "ended" && summary.bool("sold_out") == true)
    }

    @Test func capsThePurchasesThatItLetsIn() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service(["PURCHASES_PER_SECOND_MAX": "1"])
        let sale = try await TestSale.make(service, items: 2)
        let shopper = try await service.client()

        let joined = try await shopper.checkout("anna", sale.items[0])
        let early = try await shopper.checkout("ben", sale.items[1])
        let code = try #require(joined.string("code"))
        let bought = try await shopper.purchase(code)
        let copies = try await Crowd.atOnce(8) { _ in try await service.client().purchase(code) }

        #expect(joined.status == 200 && bought.status == 200)
        let refused = copies.filter { $0.status == 503 } + [early]
        #expect(refused.count > 1 && refused.count < 9)
        #expect(refused.allSatisfy { $0.code == "overloaded" && $0.header("retry-after") == "1" })
        #expect(copies.allSatisfy { $0.status == 503 || $0.wire.body == bought.wire.body })
    }

    @Test func importsAllOrNothingAndNamesTheLines() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let start = Date().addingTimeInterval(3600).ISO8601Format()
        let sale = try await TestSale.make(service, items: 0, members: #","starts_at":"\#(start)""#)
        let boss = try await service.operatorClient()
        let path = "/admin/sales/\(sale.id)/items"

        let bad = try await boss.post(
            path + "?format=ndjson",
            json: """
                {"id":"x-1","name":"One","price":{"amount_minor":100,"currency":"EUR"}}
                {"id":"x-1","name":"Twice","price":{"amount_minor":100,"currency":"EUR"}}
                """
        )
        #expect(bad.status == 400 && (bad.json["errors"] as? [String: String])?["line 2"]?.contains("twice") == true)
        let worse = try await boss.post(path + "?format=ndjson", json: "{\"id\":\"x-1\"}\nnonsense\n")
        #expect((worse.json["errors"] as? [String: String])?.keys.sorted() == ["line 1", "line 2"])
        let csv =
            "id,name,amount_minor,currency,image_url\r\nx-1,\"One, quoted\",100,EUR,\r\nü-2,Two,200,EUR,https://example.com/2.png\r\n"
        let good = try await boss.post(path + "?format=csv", json: csv)
        #expect(good.status == 200 && good.int("imported") == 2)
        #expect(try await boss.post(path + "?format=csv", json: csv).status == 400)

        let items = try await service.client().get("/sales/\(sale.id)/items").objects("items")
        #expect(items.map { $0["id"] as? String } == ["x-1", "ü-2"])
        #expect(items.map { $0["name"] as? String } == ["One, quoted", "Two"])
        let running = try await TestSale.make(service, items: 1)
        #expect(
            try await boss.post("/admin/sales/\(running.id)/items?format=csv", json: csv).code == "sale_already_started"
        )
    }

    @Test func anImportIntoASaleThatIsNotThereDoesNotEndTheService() async throws {
        let service = try await Stage.make().service()
        let boss = try await service.operatorClient()

        let refused = try await boss.post("/admin/sales/S-0000000000/items?format=csv", json: "id,name\n")

        #expect(refused.status == 404 && refused.code == "sale_not_found")
        // On another connection: one whose body nobody read may be closed after the answer.
        let other = try await service.operatorClient()
        #expect(try await other.post("/admin/sales/S-0000000000/end").status == 404)
    }

    @Test func sellsImportedItemsByTheirOwnIds() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let boss = try await service.operatorClient()
        let made = try await boss.post(
            "/admin/sales",
            json: """
                {"items":[{"id":"red shoe","name":"Red shoe","image_url":"/r.png","price":{"amount_minor":4999,"currency":"EUR"}},
                          {"id":"blau-ü","name":"Blau","image_url":"/b.png","price":{"amount_minor":1,"currency":"EUR"}}]}
                """
        )
        let sale = try #require(made.string("id"))
        let other = try await TestSale.make(service, items: 1)
        let shopper = try await service.client()

        let joined = try await shopper.checkout("anna", "red+shoe&sale_id=\(sale)")
        #expect(joined.status == 200 && joined.strings("items") == ["red shoe"])
        #expect(try await shopper.checkout("anna", "red%20shoe&sale_id=\(other.id)").code == "item_not_in_sale")
        #expect(try await shopper.checkout("anna", "blau-%C3%BC&sale_id=S-0000007777").code == "sale_not_found")
        let bought = try await shopper.purchase(try #require(joined.string("code")))
        #expect(bought.objects("purchased_items").first?["name"] as? String == "Red shoe")
        let again = try await shopper.checkout("ben", "red%20shoe")
        #expect(again.code == "item_already_sold")
        #expect(
            try await boss.post(
                "/admin/sales",
                json: #"{"items":[{"id":"red shoe","name":"x","price":{"amount_minor":1,"currency":"EUR"}}]}"#
            ).status == 400
        )
    }

    @Test func refusesASaleThatMakesNoSense() async throws {
        let boss = try await SharedService.shared().operatorClient()
        for body in [
            "{}", #"{"total_items":-1}"#, #"{"total_items":1,"items":[]}"#, #"{"total_items":1,"items_per_user":0}"#,
            #"{"total_items":1,"starts_at":"tomorrow"}"#, #"{"total_items":1,"ends_at":"2001-01-01T00:00:00Z"}"#,
            #"{"total_items":1,"after_end":"never"}"#, #"{"total_items":"many"}"#, "[]", "{",
        ] {
            let answer = try await boss.post("/admin/sales", json: body)
            #expect(
                answer.status == 400 && answer.code == "validation_failed" && answer.json["errors"] != nil,
                "\(body)"
            )
        }
    }

    @Test func reconcilesTheGateWithTheRecord() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 5)
        let shopper = try await service.client()
        let boss = try await service.operatorClient()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        _ = try await shopper.purchase(code)
        let number = try #require(Int(sale.id.dropFirst(2), radix: 32))
        _ = try await boss.post("/admin/sales/\(sale.id)/reconcile")

        // Somebody claims that an unsold unit is sold: poison.
        try await stage.redis.command("SETBIT", "fs:{\(number)}:sold", "3", "1")
        let found = try await boss.post("/admin/sales/\(sale.id)/reconcile")
        #expect(found.status == 200 && found.bool("clean") == false && found.int("wrong_sold") == 1)
        #expect(found.bool("epoch_raised") == true && found.bool("repaired") == true)
        #expect(try await boss.post("/admin/sales/\(sale.id)/reconcile").bool("clean") == true)
        #expect(try await shopper.checkout("ben", sale.items[2]).status == 200)
    }
}
