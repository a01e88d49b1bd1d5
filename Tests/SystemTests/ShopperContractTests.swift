import Foundation
import Synchronization
import TestSupport
import Testing

/// The shopper API as clients rely on it, by HTTP alone.
@Suite struct ShopperContractTests {
    @Test func sellsItemsThroughCheckoutAndPurchase() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 20)
        let shopper = try await service.client()

        let first = try await shopper.checkout("anna", sale.items[0])
        let second = try await shopper.post("/checkout", json: #"{"user_id":"anna","item_id":"\#(sale.items[1])"}"#)
        let repeated = try await shopper.post("/checkout?user_id=anna&id=\(sale.items[1])")
        let code = try #require(first.string("code"))

        #expect(first.status == 200 && second.status == 200 && repeated.status == 200)
        #expect(code.hasPrefix("CHK-\(sale.id)-") && code.count <= 64)
        #expect(second.string("code") == code && repeated.string("code") == code)
        #expect(second.int("items_count") == 2 && repeated.int("items_count") == 2)
        #expect(second.strings("items") == Array(sale.items[..<2]))
        #expect(second.string("sale_id") == sale.id && second.string("sale_ends_at")?.hasSuffix("Z") == true)
        let allowance = second.json["allowance"] as? [String: Int]
        #expect(allowance == ["limit": 10, "left": 8])

        let open = try await shopper.get("/checkouts/\(code)")
        #expect(open.status == 200 && open.string("status") == "open" && open.string("user_id") == "anna")
        #expect(try await shopper.get("/purchases/\(code)").code == "purchase_not_found")

        let bought = try await shopper.post("/purchase", json: #"{"code":"\#(code)"}"#)
        #expect(bought.status == 200 && bought.bool("success") == true && bought.string("code") == code)
        #expect(bought.int("total_purchased") == 2 && bought.int("failed_count") == 0)
        #expect(bought.objects("purchased_items").compactMap { $0["id"] as? String } == Array(sale.items[..<2]))
        let price = bought.objects("purchased_items").first?["price"] as? [String: Any]
        #expect(price?["currency"] as? String == "EUR" && price?["amount_minor"] is Int)
        #expect(bought.header("idempotent-replayed") == nil)

        #expect(try await shopper.get("/checkouts/\(code)").string("status") == "completed")
        let next = try await shopper.checkout("anna", sale.items[2])
        #expect(next.status == 200 && next.string("code") != code)
        #expect(next.json["allowance"] as? [String: Int] == ["limit": 10, "left": 7])
        let other = try await shopper.checkout("ben", sale.items[0])
        #expect(other.status == 409 && other.code == "item_already_sold")
    }

    @Test func answersTheSameBytesForEverAlsoAfterFlushAndRestart() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 2)
        let shopper = try await service.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        let lost = try #require(try await shopper.checkout("ben", sale.items[0]).string("code"))
        let first = try await shopper.purchase(code)
        let refused = try await shopper.purchase(lost)
        #expect(refused.status == 409 && refused.code == "all_items_sold" && refused.string("checkout_code") == lost)
        #expect(refused.header("content-type") == "application/problem+json")
        #expect(refused.objects("failed_items").first?["reason"] as? String == "already_sold")

        func check(_ client: ServiceClient) async throws {
            for (code, original) in [(code, first), (lost, refused)] {
                for again in [try await client.purchase(code), try await client.get("/purchases/\(code)")] {
                    #expect(again.status == original.status && again.wire.body == original.wire.body)
                    #expect(again.header("idempotent-replayed") == "true")
                }
            }
        }
        try await check(shopper)
        try await stage.redis.flush()
        try await check(shopper)
        service.signal(SIGTERM)
        #expect(try await service.waitForExit() == 0)
        let second = try await stage.service()
        try await check(try await second.client())
        _ = try await second.operatorClient().post("/admin/sales/\(sale.id)/end")
        try await check(try await second.client())
    }

    @Test func letsAShopperWhoLostEverythingGoOn() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 3)
        let shopper = try await service.client()
        let lost = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        let winner = try #require(try await shopper.checkout("ben", sale.items[0]).string("code"))
        #expect(try await shopper.purchase(winner).status == 200)
        #expect(try await shopper.purchase(lost).code == "all_items_sold")

        let again = try await shopper.checkout("anna", sale.items[1])

        #expect(again.status == 200 && again.string("code") != lost)
        #expect(try await shopper.purchase(try #require(again.string("code"))).int("total_purchased") == 1)
    }

    @Test func removesItemsAndKeepsTheCodeOpen() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 5)
        let shopper = try await service.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))

        let removed = try await shopper.send("DELETE", "/checkouts/\(code)/items/\(sale.items[0])")
        let again = try await shopper.send("DELETE", "/checkouts/\(code)/items/\(sale.items[0])")
        #expect(removed.status == 200 && removed.int("items_count") == 0 && again.text == removed.text)
        let empty = try await shopper.purchase(code)
        #expect(empty.status == 400 && empty.code == "checkout_empty")
        #expect(try await shopper.checkout("anna", sale.items[1]).string("code") == code)
        #expect(try await shopper.purchase(code).int("total_purchased") == 1)
        let late = try await shopper.send("DELETE", "/checkouts/\(code)/items/\(sale.items[1])")
        #expect(late.status == 409 && late.code == "checkout_completed")
        #expect(try await shopper.send("DELETE", "/checkouts/\(code)/items/\(sale.items[4])").status == 200)
    }

    @Test func enforcesTheLimitOverCartAndPurchases() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 20, members: #","items_per_user":3"#)
        let shopper = try await service.client()
        var code = ""
        for item in sale.items[..<3] { code = try #require(try await shopper.checkout("anna", item).string("code")) }

        let over = try await shopper.checkout("anna", sale.items[3])
        #expect(over.status == 400 && over.code == "user_limit_exceeded")
        #expect(try await shopper.purchase(code).int("total_purchased") == 3)
        #expect(try await shopper.checkout("anna", sale.items[3]).code == "user_limit_exceeded")
        try await stage.redis.flush()
        #expect(try await shopper.checkout("anna", sale.items[4]).code == "user_limit_exceeded")
    }

    @Test func keepsEveryAttemptRefusedOnesWithTheirReason() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 3)
        let shopper = try await service.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        _ = try await shopper.checkout("anna", sale.items[0])
        _ = try await shopper.purchase(code)
        for _ in 0..<5 { #expect(try await shopper.checkout("ben", sale.items[0]).code == "item_already_sold") }

        var outcomes: [String] = []
        for _ in 0..<100 where outcomes.count < 7 {
            outcomes = try await sale.export("attempts", from: service).map { $0[4] }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(outcomes == ["accepted", "accepted"] + Array(repeating: "item_already_sold", count: 5))
    }

    @Test(arguments: [
        ("POST", "/checkout?item_id=I-1", "validation_failed", 400),
        ("POST", "/checkout?user_id=&item_id=I-1", "validation_failed", 400),
        ("POST", "/checkout?user_id=a%00b&item_id=I-1", "validation_failed", 400),
        ("POST", "/checkout?user_id=%FF&item_id=I-1", "validation_failed", 400),
        ("POST", "/checkout?user_id=%C0%80&item_id=I-1", "validation_failed", 400),
        ("POST", "/checkout?user_id=%zz&item_id=I-1", "validation_failed", 400),
        ("POST", "/checkout?user_id=a&user_id=a&item_id=I-1", "validation_failed", 400),
        ("POST", "/checkout?user_id=a&item_id=unknown", "item_not_found", 404),
        ("POST", "/checkout?user_id=a&item_id=I-0000000001-99", "item_not_found", 404),
        ("POST", "/purchase", "validation_failed", 400), ("POST", "/purchase?code=", "validation_failed", 400),
        ("POST", "/purchase?code=CHK-nope", "checkout_not_found", 404),
        ("POST", "/purchase?code=CHK-S-0000000001-000000000000000000000000", "checkout_not_found", 404),
        ("GET", "/checkouts/CHK-nope", "checkout_not_found", 404),
        ("GET", "/purchases/CHK-nope", "purchase_not_found", 404),
        ("DELETE", "/checkouts/CHK-nope/items/x", "checkout_not_found", 404),
        ("GET", "/sales/S-9999999999", "sale_not_found", 404),
        ("GET", "/sales/nope/items", "sale_not_found", 404), ("GET", "/sales?limit=0", "validation_failed", 400),
        ("GET", "/nowhere", "not_found", 404),
    ])
    func refusesWithAProblemDocument(_ method: String, _ target: String, _ code: String, _ status: Int) async throws {
        let answer = try await SharedService.shared().client().send(method, target)

        #expect(answer.status == status && answer.code == code)
        #expect(answer.header("content-type") == "application/problem+json")
        #expect(answer.string("type")?.hasSuffix("/" + code) == true && answer.int("status") == status)
        #expect(answer.string("message") == answer.string("title") && answer.bool("retryable") == false)
        #expect((code == "validation_failed") == (answer.json["errors"] != nil))
    }

    @Test func boundsEveryPartOfARequest() async throws {
        let service = try await SharedService.shared()
        func client() async throws -> ServiceClient { try await service.client() }
        let long = String(repeating: "x", count: 256)

        #expect(try await client().checkout(long, "I-1").code == "validation_failed")
        #expect(try await client().checkout("a", long).code == "validation_failed")
        #expect(try await client().purchase(String(repeating: "C", count: 65)).code == "validation_failed")
        #expect(try await client().post("/checkout", json: "{").code == "validation_failed")
        #expect(try await client().post("/checkout", json: #"{"user_id":1,"item_id":"x"}"#).code == "validation_failed")
        let contradiction = try await client().post("/checkout?user_id=a&item_id=x", json: #"{"user_id":"b"}"#)
        #expect(contradiction.code == "validation_failed")
        #expect(try await client().post("/checkout", json: String(repeating: " ", count: 1_048_577)).status == 413)
        #expect(
            try await client().get("/health", headers: "X-Long: \(String(repeating: "y", count: 17_000))\r\n").status
                == 431
        )
        #expect(try await client().get("/sales?cursor=\(String(repeating: "z", count: 9_000))").status == 414)
        let wrong = try await client().get("/checkout")
        #expect(wrong.status == 405 && wrong.code == "method_not_allowed")
        #expect(wrong.header("allow")?.contains("POST") == true)
    }

    @Test func listsSalesAndItemsPageByPage() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let older = try await TestSale.make(service, items: 2)
        let sale = try await TestSale.make(service, items: 25, members: #","name":"Second""#)
        let shopper = try await service.client()

        let list = try await shopper.get("/sales?limit=1")
        let cursor = try #require(list.string("next_cursor"))
        let rest = try await shopper.get("/sales?limit=5&cursor=\(cursor)")
        #expect(list.objects("sales").first?["id"] as? String == sale.id)
        #expect(rest.objects("sales").map { $0["id"] as? String } == [older.id])
        #expect(rest.json["next_cursor"] is NSNull)

        let one = try await shopper.get("/sales/\(sale.id)")
        #expect(one.string("status") == "active" && one.int("total_items") == 25 && one.int("items_sold") == 0)
        #expect(one.int("items_per_user") == 10 && one.bool("sold_out") == false && one.string("name") == "Second")
        #expect(try await shopper.get("/sales/active").string("id") == sale.id)

        let page = try await shopper.get("/sales/\(sale.id)/items?limit=20&available=true")
        #expect(page.objects("items").count == 20)
        let next = try await shopper.get(
            "/sales/\(sale.id)/items?limit=20&cursor=\(try #require(page.string("next_cursor")))"
        )
        #expect(next.objects("items").count == 5 && next.json["next_cursor"] is NSNull)
        let tag = try #require(page.header("etag"))
        let same = try await shopper.get(
            "/sales/\(sale.id)/items?limit=20&available=true",
            headers: "If-None-Match: \(tag)\r\n"
        )
        #expect(same.status == 304 && same.wire.body.isEmpty)

        let image = try #require(page.objects("items").first?["image_url"] as? String)
        let picture = try await shopper.get(image)
        #expect(picture.status == 200 && picture.header("content-type") == "image/svg+xml")
    }

    @Test func knowsEachUserByTheExactBytesOfTheId() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 3)
        let shopper = try await service.client()

        let composed = try await shopper.checkout("caf%C3%A9", sale.items[0])
        let decomposed = try await shopper.checkout("cafe%CC%81", sale.items[1])

        #expect(composed.status == 200 && decomposed.status == 200)
        #expect(composed.string("code") != decomposed.string("code"))
        let code = try #require(composed.string("code"))
        #expect(try await shopper.get("/checkouts/\(code)").string("user_id")?.unicodeScalars.count == 4)
    }

    @Test func reportsHealthAndMetrics() async throws {
        let client = try await SharedService.shared().client()

        let health = try await client.get("/health")
        #expect(health.status == 200 && health.string("status") == "healthy" && health.int("uptime_seconds") != nil)
        #expect(health.json["services"] as? [String: String] == ["app": "up", "postgres": "up", "redis": "up"])
        #expect(try await client.get("/health/live").status == 200)
        #expect(try await client.get("/health/ready").status == 200)
        let metrics = try await client.get("/metrics")
        #expect(metrics.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        for name in [
            "http_requests_total", "flashsale_checkouts_total", "flashsale_purchases_total", "flashsale_sale_items",
            "flashsale_bloom_checks_total", "flashsale_lock_acquire_total", "db_client_connections",
            "flashsale_pg_txn_retries_total", "process_resident_memory_bytes", "flashsale_record_age_seconds",
            "flashsale_eventloop_lag_seconds_count",
        ] { #expect(metrics.text.contains(name), "\(name)") }
    }
}

/// A service that tests share which change nothing; it ends with this process.
enum SharedService {
    private static let processID = Mutex<Int32>(0)

    // Unstructured, because it belongs to the process and not to the test that asks first.
    private static let service = Task {
        let service = try await Stage.make().service()
        processID.withLock { $0 = service.process.id }
        atexit { _ = kill(processID.withLock { $0 }, SIGKILL) }
        return service
    }

    static func shared() async throws -> ServiceProcess { try await service.value }
}
