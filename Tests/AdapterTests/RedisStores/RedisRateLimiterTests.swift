import Kernel
import Redis
import RedisStores
import Sales
import TestSupport
import Testing

struct RedisRateLimiterTests {
    @Test
    func countsForAllInstancesTogether() async throws {
        let quota = try #require(RateQuota("40/1s"))
        try await GateHarness.with { gate in
            let instances = [gate, gate.otherInstance].map { $0.gates.rateLimiter(quota) }
            let start = Instant.now
            let end = start + .milliseconds(1500)

            let allowed = await withTaskGroup(of: Int.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var allowed = 0
                        while .now < end {
                            let verdict = await instances[worker % 2].take(gate.user("anna"), in: gate.sale)
                            if verdict.isAllowed { allowed += 1 }
                            // Cancelled with the test only.
                            try? await Task.sleep(for: .microseconds(500))
                        }
                        return allowed
                    }
                }
                return await group.reduce(0, +)
            }

            // A quota at once and one more each 25 ms; on a busy machine many of those find nobody asking.
            let time = Double((Instant.now - start).microseconds) / 1_000_000
            #expect(Double(allowed) <= 40 + time * 40)
            #expect(allowed > 0)
        }
    }

    @Test
    func refusesFromMemoryWhatRedisHasRefused() async throws {
        let quota = try #require(RateQuota("2/h"))
        try await GateHarness.with { gate in
            let limiter = gate.gates.rateLimiter(quota)
            let other = gate.otherInstance.gates.rateLimiter(quota)
            let anna = gate.user("anna")

            var verdicts = [await limiter.take(anna, in: gate.sale), await other.take(anna, in: gate.sale)]
            for _ in 0..<2 { verdicts.append(await limiter.take(anna, in: gate.sale)) }

            #expect(verdicts.map(\.isAllowed) == [true, true, false, false])
            #expect(verdicts.map(\.source) == [.gate, .gate, .gate, .memory])
            #expect(verdicts.map(\.remaining) == [1, 0, 0, 0])
            #expect(verdicts[3].retryAfter > .seconds(1700) && verdicts[3].retryAfter <= .seconds(1800))
        }
    }

    @Test
    func forgetsAUserWhoseQuotaIsWholeAgain() async throws {
        let quota = try #require(RateQuota("1000/10s"))
        try await GateHarness.with { gate in
            _ = await gate.gates.rateLimiter(quota).take(gate.user("anna"), in: gate.sale)

            let milliseconds = await gate.number("PTTL", gate.key("rate:anna")) ?? -1
            #expect((-2...10).contains(milliseconds))
            #expect(await gateEventually { await gate.number("EXISTS", gate.key("rate:anna")) == 0 })
        }
    }

    @Test
    func countsAloneWhileRedisIsAway() async throws {
        let quota = try #require(RateQuota("3/h"))
        let server = try await TestRedis.privateServer()
        try await GateHarness.with(url: server.url) { gate in
            let limiter = gate.gates.rateLimiter(quota)
            let anna = gate.user("anna")
            let first = await limiter.take(anna, in: gate.sale)
            try await server.stop()
            #expect(await gateEventually { !gate.client.isConnected })

            var verdicts: [RateVerdict] = []
            for _ in 0..<3 { verdicts.append(await limiter.take(anna, in: gate.sale)) }

            #expect(first.source == .gate)
            #expect(verdicts.map(\.isAllowed) == [true, true, false])
            #expect(verdicts[0].source == .instance)
        }
    }
}
