import TestSupport
import Testing

/// The network that breaks on demand, in front of a real Redis.
@Suite struct FaultProxyTests {
    @Test func passesBytesOnAsTheyCome() async throws {
        try await withProxy { _, client async throws in
            #expect(try await client.echo("hello") == "hello")
            let long = String(repeating: "x", count: 300_000)
            #expect(try await client.echo(long) == long)
        }
    }

    @Test func deliversSlowlyAndInPiecesWhatItDelivers() async throws {
        try await withProxy { proxy, client async throws in
            proxy.impose(
                .with {
                    $0.latency = .milliseconds(20)
                    $0.jitter = .milliseconds(10)
                    $0.sliceBytes = 7
                    $0.bytesPerSecond = 100_000
                }
            )
            let start = ContinuousClock.now

            #expect(try await client.echo("a sentence of some length") == "a sentence of some length")

            #expect(ContinuousClock.now - start >= .milliseconds(40))
            #expect(proxy.troubledBytes > 50)
        }
    }

    @Test func holdsBytesBackAndDeliversThemLate() async throws {
        try await withProxy { proxy, client async throws in
            proxy.impose(.partitioned)
            try await client.sendEcho("late")
            try await untilTrue { proxy.troubledBytes > 0 }
            proxy.impose(NetworkConditions())

            #expect(try await client.takeBulk() == "late")
        }
    }

    @Test(arguments: [NetworkConditions.Directions.toServer, .toClient])
    func aConnectionThatHasLostBytesStaysDead(direction: NetworkConditions.Directions) async throws {
        try await withProxy { proxy, client async throws in
            proxy.impose(.with { $0.losing = direction })
            try await client.sendEcho("lost")
            try await untilTrue { proxy.troubledBytes > 0 }
            proxy.impose(NetworkConditions())
            try await client.sendEcho("after")
            let other = try await HTTPTestClient.connect(Int(proxy.port))

            // By the time another connection has its answer, this one would have had it too.
            #expect(try await other.echo("alive") == "alive")
            #expect(proxy.connectionCount == 2)
            let isSilent = try await client.wait { bytes, isClosed in bytes.isEmpty && !isClosed }
            #expect(isSilent)
            await other.close()
        }
    }

    @Test(arguments: [FaultProxy.Cut.close, .reset])
    func cutsAllConnectionsAndTakesNewOnes(cut: FaultProxy.Cut) async throws {
        try await withProxy { proxy, client async throws in
            #expect(try await client.echo("before") == "before")
            #expect(proxy.cut(cut) == 1)
            #expect(try await client.rest() == "")
            let next = try await HTTPTestClient.connect(Int(proxy.port))
            #expect(try await next.echo("after") == "after")
            await next.close()
        }
    }

    @Test func refusesNewConnectionsUntilToldOtherwise() async throws {
        try await withProxy { proxy, client async throws in
            #expect(try await client.echo("before") == "before")
            proxy.impose(.refusing)
            #expect(try await client.echo("still there") == "still there")
            let refused = try? await HTTPTestClient.connect(Int(proxy.port))  // a reset may come before it is connected
            if let refused { #expect(try await refused.rest() == "") }
            proxy.impose(NetworkConditions())
            let next = try await HTTPTestClient.connect(Int(proxy.port))
            #expect(try await next.echo("open again") == "open again")
            await next.close()
        }
    }

    @Test func breaksAtAPatternThatComesInTwoPieces() async throws {
        try await withProxy { proxy, client async throws in
            proxy.breakConnections(at: "secret", .loseRequest, times: 1)
            try await client.send("*2\r\n$4\r\nECHO\r\n$6\r\nsec")
            try await untilTrue { proxy.connectionCount == 1 }
            try await client.send("ret\r\n")

            #expect(try await client.rest() == "")
            #expect(proxy.fired == 1)
            let next = try await HTTPTestClient.connect(Int(proxy.port))
            #expect(try await next.echo("secret") == "secret")
            await next.close()
        }
    }

    @Test func deliversWhatIsReleasedThoughTheNextIsHeldBackAtOnce() async throws {
        try await withProxy { proxy, client async throws in
            proxy.breakOnce(at: "held-first", .holdRequest)
            try await client.send("*3\r\n$3\r\nSET\r\n$10\r\nheld-first\r\n$1\r\n1\r\n")
            try await untilTrue { proxy.fired == 1 }
            let next = try await HTTPTestClient.connect(Int(proxy.port))

            proxy.release()
            proxy.breakOnce(at: "held-next", .holdRequest)

            for _ in 0..<1000 {
                try await next.send("*2\r\n$6\r\nEXISTS\r\n$10\r\nheld-first\r\n")
                let isThere = try await next.wait { bytes, _ -> Bool? in
                    guard bytes.last == 0x0A else { return nil }
                    defer { bytes.removeAll() }
                    return bytes.starts(with: Array(":1".utf8))
                }
                if isThere { return await next.close() }
                try await Task.sleep(for: .milliseconds(5))
            }
            Issue.record("it never arrived")
        }
    }

    @Test func leadsToAnotherServerFromNowOn() async throws {
        try await TestRedis.withPrivateServer { other in
            try await withProxy { proxy, client async throws in
                #expect(try await client.echo("one") == "one")
                let target = UInt16(try other.port)
                let direct = try await HTTPTestClient.connect(try other.port)
                try await direct.send("*3\r\n$3\r\nSET\r\n$4\r\nname\r\n$5\r\nother\r\n")
                try await direct.wait { bytes, _ in bytes.last == 0x0A ? () : nil }

                proxy.retarget(target)

                #expect(try await client.rest() == "")
                let next = try await HTTPTestClient.connect(Int(proxy.port))
                try await next.send("*2\r\n$3\r\nGET\r\n$4\r\nname\r\n")
                #expect(try await next.takeBulk() == "other")
                for client in [direct, next] { await client.close() }
            }
        }
    }

    private func withProxy(_ body: (FaultProxy, HTTPTestClient) async throws -> Void) async throws {
        let proxy = try FaultProxy(target: UInt16(try await TestRedis.shared().port))
        defer { proxy.stop() }
        let client = try await HTTPTestClient.connect(Int(proxy.port))
        try await body(proxy, client)
        await client.close()
    }

    private func untilTrue(_ condition: () -> Bool) async throws {
        for _ in 0..<1000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(condition())
    }
}

extension HTTPTestClient {
    fileprivate func sendEcho(_ text: String) async throws {
        try await send("*2\r\n$4\r\nECHO\r\n$\(text.utf8.count)\r\n\(text)\r\n")
    }

    /// The text of a bulk reply.
    fileprivate func takeBulk() async throws -> String {
        try await wait { bytes, _ in
            guard let end = bytes.firstIndex(of: 0x0A),
                let count = Int(String(decoding: bytes[1..<(end - 1)], as: UTF8.self)),
                bytes.count >= end + count + 3
            else { return nil }
            let text = String(decoding: bytes[(end + 1)...].prefix(count), as: UTF8.self)
            bytes.removeFirst(end + count + 3)
            return text
        }
    }

    fileprivate func echo(_ text: String) async throws -> String {
        try await sendEcho(text)
        return try await takeBulk()
    }
}
