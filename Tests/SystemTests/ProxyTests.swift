import TestSupport
import Testing

/// What the proxies of `deploy` do with requests, whatever stands behind them.
@Suite(.serialized) struct ProxyTests {
    /// Runs `body` with two instances that reply alike.
    private static func with(
        _ kind: ProxyProcess.Kind,
        reply: @escaping @Sendable (String, Int) -> ScriptedInstance.Reply,
        body: (ServiceClient, RequestLog) async throws -> Void
    ) async throws {
        let log = RequestLog()
        let instances = [
            try await ScriptedInstance { reply($0, log.note($0)) },
            try await ScriptedInstance { reply($0, log.note($0)) },
        ]
        try await ProxyProcess.with(kind, before: instances.map(\.port)) { proxy in
            let client = try await ServiceClient.connect(proxy.port)
            try await body(client, log)
            await client.close()
        }
        for instance in instances { try await instance.stop() }
    }

    /// A purchase that was lost is asked again, and so is what reads; a checkout is not, nor is it done twice.
    @Test(
        arguments: ProxyProcess.Kind.allCases,
        [("POST", "/purchase?code=c", 2), ("GET", "/sales/active", 2), ("POST", "/checkout?user_id=u&item_id=i", 1)]
    )
    func repeatsALostCallOnlyWhereThatIsSafe(_ kind: ProxyProcess.Kind, call: (String, String, Int)) async throws {
        try await Self.with(kind) { _, count in
            count == 1 ? .lost : ScriptedInstance.ok("done")
        } body: { client, log in
            let answer = try await client.send(call.0, call.1)

            #expect(log.all.count == call.2)
            if call.2 == 2 {
                #expect(answer.status == 200 && answer.text == "done")
            } else {
                #expect(answer.status == 503 && answer.code == "unavailable" && answer.bool("retryable") == true)
                #expect(answer.header("retry-after") == "1")
                #expect(answer.header("content-type") == "application/problem+json")
            }
        }
    }

    /// A refusal is an answer: what is too much for one instance is not put upon the other.
    @Test(arguments: ProxyProcess.Kind.allCases, ["/purchase?code=c", "/checkout?user_id=u&item_id=i"])
    func passesA503OnAsItIs(_ kind: ProxyProcess.Kind, target: String) async throws {
        try await Self.with(kind) { _, _ in
            .bytes("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno")
        } body: { client, log in
            let answer = try await client.post(target)

            #expect(answer.status == 503 && answer.text == "no" && answer.header("retry-after") == "7")
            #expect(log.all.count == 1)
        }
    }

    @Test(arguments: ProxyProcess.Kind.allCases)
    func sendsACheckoutToTheOtherInstanceWhereOneDoesNotListen(_ kind: ProxyProcess.Kind) async throws {
        let instance = try await ScriptedInstance { _ in ScriptedInstance.ok("done") }
        try await ProxyProcess.with(kind, before: [try FreePorts.take(1)[0], instance.port]) { proxy in
            for _ in 0..<8 {
                let client = try await ServiceClient.connect(proxy.port)
                #expect(try await client.checkout("u", "i").text == "done")
                await client.close()
            }
        }
        try await instance.stop()
    }

    @Test(arguments: ProxyProcess.Kind.allCases)
    func namesTheShopperAndTheRequestAnewAndKeepsConnections(_ kind: ProxyProcess.Kind) async throws {
        try await Self.with(kind) { _, _ in
            ScriptedInstance.ok()
        } body: { client, log in
            _ = try await client.get("/sales", headers: "X-Forwarded-For: 6.6.6.6\r\nX-Request-Id: mine\r\n")
            _ = try await client.get("/sales")

            let first = try #require(log.all.first).lowercased()
            let second = try #require(log.all.last).lowercased()
            #expect(first.contains("x-forwarded-for: 127.0.0.1\r\n") && !first.contains("6.6.6.6"))
            #expect(first.contains("x-forwarded-proto: http\r\n") && first.contains("x-request-id: mine\r\n"))
            #expect(second.contains(#/x-request-id: [0-9a-f]{20,}\r\n/#))
            #expect(!first.contains("connection: close"))
        }
    }

    @Test(arguments: ProxyProcess.Kind.allCases)
    func hidesWhatIsNotForShoppers(_ kind: ProxyProcess.Kind) async throws {
        try await Self.with(kind) { _, _ in
            ScriptedInstance.ok()
        } body: { client, log in
            for target in ["/metrics", "/health/ready", "/health/live", "/admin/sales", "/admin"] {
                let answer = try await client.get(target)
                #expect(answer.status == 404, "\(target)")
            }
            #expect(log.all == [])
            let health = try await client.get("/health")
            #expect(health.status == 200)
        }
    }

    /// An event is passed on when it comes, though the answer has not ended and may never do so.
    @Test(arguments: ProxyProcess.Kind.allCases)
    func passesEventsOnAsTheyCome(_ kind: ProxyProcess.Kind) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        let first = "b\r\ndata: one\n\n\r\n"
        let second = "b\r\ndata: two\n\n\r\n"
        let instance = try await ScriptedInstance { _ in .stream(head + first, later: second) }
        try await ProxyProcess.with(kind, before: [instance.port, instance.port]) { proxy in
            let client = try await HTTPTestClient.connect(proxy.port)
            try await client.send("GET /sales/S-0000000001/events HTTP/1.1\r\nHost: a\r\n\r\n")
            for text in ["data: one", "data: two"] {
                let seen = try await client.wait { bytes, _ in
                    String(decoding: bytes, as: UTF8.self).contains(text) ? String(decoding: bytes, as: UTF8.self) : nil
                }
                #expect(seen.contains("data: two") == (text == "data: two"))
            }
            await client.close()
        }
        try await instance.stop()
    }

    /// Somebody else than this machine itself asks faster than people do.
    @Test(arguments: ProxyProcess.Kind.allCases)
    func limitsWhatOneAddressAsksFor(_ kind: ProxyProcess.Kind) async throws {
        let instance = try await ScriptedInstance { _ in ScriptedInstance.ok() }
        try await ProxyProcess.with(kind, before: [instance.port, instance.port]) { proxy in
            let requests = [
                "--silent", "--interface", "127.0.0.2", "--write-out", "%{http_code} %header{retry-after}\n",
                "http://127.0.0.1:\(proxy.port)/sales/[1-1500]",
            ]
            let output = try await Tool.run("curl", requests).output
            let answers = output.split(separator: "\n")

            #expect(answers.count { $0.hasPrefix("200") } >= 400)
            #expect(answers.contains { $0.hasSuffix("429 1") && $0.contains("rate_limited") })
        }
        try await instance.stop()
    }

    /// As the service says it; nginx asks nobody.
    @Test func haproxyLeavesOutWhoIsNotReadyButNotWhoMissesPostgres() async throws {
        func health(_ services: String) -> ScriptedInstance.Reply {
            .bytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: \(services.utf8.count)\r\n\r\n\(services)")
        }
        let draining = try await ScriptedInstance(health: health(#"{"app":"not_ready","postgres":"up"}"#)) { _ in
            ScriptedInstance.ok("draining")
        }
        let lonely = try await ScriptedInstance(health: health(#"{"app":"up","postgres":"down"}"#)) { _ in
            ScriptedInstance.ok("lonely")
        }
        try await ProxyProcess.with(.haproxy, before: [draining.port, lonely.port]) { proxy in
            for _ in 0..<500 where draining.checkCount < 4 || lonely.checkCount < 4 {
                try await Task.sleep(for: .milliseconds(20))
            }
            for _ in 0..<6 {
                let client = try await ServiceClient.connect(proxy.port)
                let answer = try await client.get("/sales/active")
                #expect(answer.text == "lonely")
                await client.close()
            }
        }
        try await draining.stop()
        try await lonely.stop()
    }
}
