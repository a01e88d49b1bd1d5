import Foundation
import TestSupport
import Testing

/// What shoppers see when something around the service breaks.
@Suite struct FaultTests {
    @Test func answers503WithinTheDeadlineWhilePostgresIsDownAndRecoversByItself() async throws {
        let postgres = try await TestPostgres.privateServer()
        let redis = try await TestRedis.privateServer()
        let service = try await ServiceProcess.start(
            database: postgres.url,
            redis: redis.url,
            settings: ["REQUEST_DEADLINE_MS": "1000"]
        )
        let sale = try await TestSale.make(service, items: 5)
        let shopper = try await service.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        try await postgres.stop(immediately: true)

        let checkout = try await shopper.checkout("ben", sale.items[1])
        let purchase = try await shopper.purchase(code)
        #expect(checkout.status == 503 && checkout.code == "unavailable" && checkout.header("retry-after") != nil)
        #expect([503, 409].contains(purchase.status) && purchase.bool("retryable") == true)
        #expect(purchase.header("retry-after") != nil)
        #expect(try await shopper.get("/health").status == 503)
        #expect(try await shopper.get("/health/live").status == 200)

        try await postgres.start()
        var again = try await shopper.purchase(code)
        for _ in 0..<100 where again.status != 200 {
            try await Task.sleep(for: .milliseconds(50))
            again = try await shopper.purchase(code)
        }
        #expect(again.int("total_purchased") == 1)
        #expect(try await shopper.checkout("ben", sale.items[1]).status == 200)
        try await postgres.remove()
    }

    @Test func neverSaysNoWhileAPurchaseMayYetBeDecided() async throws {
        let postgres = try await TestPostgres.privateServer()
        let redis = try await TestRedis.privateServer()
        let service = try await ServiceProcess.start(
            database: postgres.url,
            redis: redis.url,
            settings: ["REQUEST_DEADLINE_MS": "500"]
        )
        let sale = try await TestSale.make(service, items: 2)
        let shopper = try await service.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        try await postgres.suspend()

        let stuck = try await shopper.purchase(code)
        let cart = try await shopper.checkout("ben", sale.items[1])
        #expect(stuck.status == 409 && stuck.code == "purchase_in_progress" && stuck.bool("retryable") == true)
        #expect(stuck.header("retry-after") == "1")
        #expect(cart.status == 503 && cart.header("retry-after") != nil)

        try await postgres.resume()
        var again = try await shopper.purchase(code)
        for _ in 0..<100 where again.status != 200 {
            try await Task.sleep(for: .milliseconds(50))
            again = try await shopper.purchase(code)
        }
        #expect(again.int("total_purchased") == 1)
        #expect(try await sale.export("purchases", from: service).count == 1)
        try await postgres.remove()
    }

    @Test func sellsOnWithoutRedisFromTheStartAndWhenItGoes() async throws {
        let stage = try await Stage.make()
        try await stage.redis.stop()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 6)
        let shopper = try await service.client()
        func sell(_ item: Int) async throws {
            let joined = try await shopper.checkout("user-\(item)", sale.items[item])
            #expect(joined.status == 200)
            #expect(try await shopper.purchase(try #require(joined.string("code"))).int("total_purchased") == 1)
            #expect(try await shopper.checkout("late", sale.items[item]).code == "item_already_sold")
        }

        try await sell(0)
        let health = try await shopper.get("/health")
        #expect(health.status == 200 && health.string("status") == "degraded")
        try await stage.redis.start()
        try await sell(1)
        try await stage.redis.suspend()
        try await sell(2)
        try await stage.redis.resume()
        try await sell(3)
        try await stage.redis.kill()
        try await sell(4)
        #expect(try await sale.export("purchases", from: service).count == 5)
    }

    @Test func looksForTheOutcomeForAWhileWhenTheHolderOfTheLockHasDied() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 2)
        let shopper = try await service.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))
        let number = try #require(Int(sale.id.dropFirst(2), radix: 32))
        // A holder that will never release it; the lock itself would stand for longer than anybody waits.
        try await stage.redis.command("SET", "fs:{\(number)}:lock:\(code)", "dead", "PX", "30000")

        let pending = try await shopper.get("/purchases/\(code)")
        #expect(pending.status == 202 && pending.string("status") == "pending")
        #expect(try await shopper.get("/checkouts/\(code)").string("status") == "purchasing")

        let answer = try await shopper.purchase(code)

        #expect(answer.status == 200 && answer.int("total_purchased") == 1)
    }

    @Test func twoServicesStartTogetherOnAnEmptyDatabase() async throws {
        let stage = try await Stage.make()

        let first = try await stage.service(["SALE_SCHEDULE": "hourly", "SALE_ITEMS": "500"], untilReady: false)
        let second = try await stage.service(["SALE_SCHEDULE": "hourly", "SALE_ITEMS": "500"], untilReady: false)
        try await first.waitUntilReady()
        try await second.waitUntilReady()

        let sales = try await second.client().get("/sales").objects("sales")
        #expect(sales.count == 2)
        #expect(sales.allSatisfy { $0["total_items"] as? Int == 500 })
        #expect(Set(sales.compactMap { $0["status"] as? String }) == ["active", "scheduled"])
    }

    @Test func aKillWhileASaleIsPreparedLeavesNoHalfSale() async throws {
        let stage = try await Stage.make()
        let settings = ["SALE_SCHEDULE": "hourly", "SALE_ITEMS": "200000"]
        for _ in 0..<2 {
            let victim = try await stage.service(settings, untilReady: false)
            try await stage.untilItemsAreBeingInserted()
            try await victim.crash()
            let counts = try await stage.number(
                "SELECT count(*) FROM sales s WHERE total_items <> (SELECT count(*) FROM items i WHERE i.sale_no = s.sale_no)"
            )
            #expect(counts == 0)
        }

        let service = try await stage.service(settings)
        let sales = try await service.client().get("/sales").objects("sales")
        #expect(sales.count == 2 && sales.allSatisfy { $0["total_items"] as? Int == 200_000 })
        #expect(try await stage.number("SELECT count(*) FROM items") == 400_000)
    }

    @Test func anotherTimeZoneOfTheDatabaseChangesNothing() async throws {
        let stage = try await Stage.make()
        try await stage.execute("ALTER DATABASE \(stage.databaseName) SET TimeZone = 'America/Anchorage'")
        let service = try await stage.service(["SALE_SCHEDULE": "hourly", "SALE_ITEMS": "20"])

        let active = try await service.client().get("/sales/active")
        let hour = try #require(active.string("starts_at"))
        let now = Date().ISO8601Format()
        #expect(hour.prefix(13) == now.prefix(13))
        #expect(hour.hasSuffix(":00:00.000000Z"))
        let item = "I-\(try #require(active.string("id")).dropFirst(2))-1"
        #expect(try await service.client().checkout("anna", item).status == 200)
    }

    @Test func aPausedInstanceCannotSellAfterTheSaleWasEnded() async throws {
        let stage = try await Stage.make()
        let sleeper = try await stage.service()
        let other = try await stage.service()
        let sale = try await TestSale.make(other, items: 5)
        let shopper = try await sleeper.client()
        let code = try #require(try await shopper.checkout("anna", sale.items[0]).string("code"))

        sleeper.signal(SIGSTOP)
        async let answer = shopper.purchase(code)
        #expect(try await other.operatorClient().post("/admin/sales/\(sale.id)/end").status == 200)
        sleeper.signal(SIGCONT)

        #expect(try await answer.code == "sale_ended")
        #expect(try await sale.export("purchases", from: other).isEmpty)
    }

    @Test func drainsOnSIGTERM() async throws {
        let stage = try await Stage.make()
        let service = try await stage.service()
        let sale = try await TestSale.make(service, items: 50)
        let codes = try await Crowd.atOnce(20) { index in
            try await service.client().checkout("user-\(index)", sale.items[index])
        }.compactMap { $0.string("code") }

        // Connected beforehand, so that the requests are under way when the door closes.
        var clients: [ServiceClient] = []
        for _ in codes { clients.append(try await service.client()) }

        let answers = try await withThrowingTaskGroup(of: Answer?.self) { group in
            for (client, code) in zip(clients, codes) { group.addTask { try? await client.purchase(code) } }
            var answers = [try await group.next()]
            service.signal(SIGTERM)
            for try await answer in group { answers.append(answer) }
            return answers.compactMap { $0 ?? nil }
        }
        #expect(try await service.waitForExit() == 0)

        let second = try await stage.service()
        let sold = Set(try await sale.export("purchases", from: second).map { $0[3] })
        let acknowledged = Set(answers.filter { $0.status == 200 }.compactMap { $0.string("code") })
        #expect(!acknowledged.isEmpty && acknowledged.isSubset(of: sold))
    }

    @Test func refusesToServeAnUnmigratedDatabaseAndAFaultyConfiguration() async throws {
        let stage = try await Stage.make()
        let unmigrated = try await Tool.run(["serve"], ["DATABASE_URL": stage.database, "REDIS_URL": stage.redis.url])
        #expect(unmigrated.code != 0 && unmigrated.output.contains("flashsale migrate"))

        let faulty = try await Tool.run(
            ["check-config", "--http-port", "99999"],
            [
                "DATABASE_URL": "mysql://u:secret-word@h/d", "RATE_LIMIT_PER_USER": "often",
                "USER_TOKEN_KEYS": "k3y-material", "LOG_LEVEL": "loud",
            ]
        )
        #expect(faulty.code != 0)
        for word in ["DATABASE_URL", "HTTP_PORT", "RATE_LIMIT_PER_USER", "USER_TOKEN_KEYS", "LOG_LEVEL"] {
            #expect(faulty.output.contains("\(word) must"), "\(word)")
        }
        #expect(!faulty.output.contains("secret-word") && !faulty.output.contains("k3y-material"))
    }

    @Test func doesEverythingFromTheCommandLineToo() async throws {
        let stage = try await Stage.make()
        let environment = ["DATABASE_URL": stage.database, "REDIS_URL": stage.redis.url]
        #expect(try await Tool.run(["migrate"], environment).output.contains("applied 0001_create_sales"))
        #expect(try await Tool.run(["migrate"], environment).output.contains("nothing to do"))

        let made = try await Tool.run(["sales", "create", "--total-items", "7", "--name", "By hand"], environment)
        #expect(made.code == 0 && made.output.contains("S-0000000001") && made.output.contains("0/7"))
        #expect(try await Tool.run(["sales", "pause", "S-0000000001"], environment).output.contains("paused"))
        #expect(try await Tool.run(["sales", "resume", "S-0000000001"], environment).output.contains("active"))
        #expect(try await Tool.run(["reconcile", "S-0000000001"], environment).output.contains("Redis now holds"))
        #expect(try await Tool.run(["sales", "end", "S-0000000001"], environment).output.contains("ended"))
        #expect(try await Tool.run(["sales", "list"], environment).output.contains("By hand"))
        let exported = try await Tool.run(["sales", "export", "S-0000000001"], environment)
        #expect(exported.output == "sale_id,item_id,user_id,code,purchased_at\n")
        #expect(try await Tool.run(["sales", "pause", "S-0000000099"], environment).code != 0)
    }
}
