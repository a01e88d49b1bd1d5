import Kernel
import Redis
import RedisStores
import Sales
import TestSupport
import Testing

/// What the gate says when Redis is gone, slow or has forgotten.
@Suite(.serialized)
struct RedisGatesFaultTests {
    private func expectAway(_ gate: GateHarness, sourceLocation: SourceLocation = #_sourceLocation) async {
        let lock = LockToken(value: 1)
        gate.gates.checkout.observe([gate.facts { $0.sold = [1] }])
        gate.gates.purchase.abort(gate.code(), lock: lock)
        gate.gates.leases.release(.gate(gate.sale))
        #expect(await gate.admission("ada", 1) == .cold, sourceLocation: sourceLocation)
        #expect(
            await gate.gates.purchase.begin(gate.code(), lock: lock, epoch: gate.epoch) == .cold,
            sourceLocation: sourceLocation
        )
        #expect(await gate.gates.purchase.isLocked(gate.code()) == false, sourceLocation: sourceLocation)
        #expect(await gate.gates.store.state(of: gate.sale) == .unreachable, sourceLocation: sourceLocation)
        #expect(await gate.open() == .unreachable, sourceLocation: sourceLocation)
        #expect(await gate.gates.store.facts(of: gate.sale) == nil, sourceLocation: sourceLocation)
        #expect(
            await gate.gates.store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 0) == .unreachable,
            sourceLocation: sourceLocation
        )
        #expect(
            await gate.gates.leases.take(.gate(gate.sale), for: .seconds(1)) == .unreachable,
            sourceLocation: sourceLocation
        )
    }

    @Test
    func isColdWhileRedisIsStoppedAndKeepsItsFacts() async throws {
        try await TestRedis.withPrivateServer { server in
            try await GateHarness.with(url: server.url) { gate in
                await gate.open(sold: [1])
                try await server.stop()
                #expect(await gateEventually { !gate.client.isConnected })
                await expectAway(gate)
                try await server.start()

                #expect(await gateEventually { await gate.admission("ada", 1) == .sold })
            }
        }
    }

    @Test
    func isColdWhileRedisIsFrozen() async throws {
        try await TestRedis.withPrivateServer { server in
            try await GateHarness.with(url: server.url, commandTimeout: .milliseconds(200)) { gate in
                await gate.open(sold: [1])
                try await server.suspend()
                await expectAway(gate)
                try await server.resume()

                #expect(await gateEventually { await gate.admission("ada", 1) == .sold })
            }
        }
    }

    @Test
    func isColdWhileRedisPauses() async throws {
        try await TestRedis.withPrivateServer { server in
            try await GateHarness.with(url: server.url, commandTimeout: .milliseconds(100)) { gate in
                await gate.open(sold: [1])
                await gate.run("CLIENT", "PAUSE", "400", "ALL")

                #expect(await gate.admission("ada", 1) == .cold)
                #expect(await gateEventually { await gate.admission("ada", 1) == .sold })
            }
        }
    }

    @Test
    func isColdWhenRedisHasForgottenAndWarmWhenOpenedAgain() async throws {
        try await TestRedis.withPrivateServer { server in
            try await GateHarness.with(url: server.url) { gate in
                await gate.open(sold: [1])
                await gate.run("FLUSHALL")

                #expect(await gate.admission("ada", 1) == .cold)
                #expect(await gate.gates.store.state(of: gate.sale) == .empty)
                #expect(await gate.open(sold: [1]) == .built)
                #expect(await gate.admission("ada", 1) == .sold)
            }
        }
    }

    @Test
    func makesItsScriptsKnownAgain() async throws {
        try await TestRedis.withPrivateServer { server in
            try await GateHarness.with(url: server.url) { gate in
                await gate.open(sold: [1])
                await gate.run("SCRIPT", "FLUSH")
                #expect(await gate.admission("ada", 1) == .sold)
                await gate.run("SCRIPT", "FLUSH")
                gate.gates.checkout.observe([gate.facts { $0.sold = [2] }])

                #expect(await gateEventually { await gate.admission("ada", 2) == .sold })
            }
        }
    }

    @Test
    func isColdWhereAKeyHoldsSomethingElse() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            await gate.run("DEL", gate.key("full"))
            await gate.run("SET", gate.key("full"), "text")

            #expect(await gate.admission("ada", 1) == .cold)
            #expect(await gate.gates.store.facts(of: gate.sale) == nil)
        }
    }

    @Test
    func touchesNoKeyOutsideTheSalesHashTag() async throws {
        try await TestRedis.withPrivateServer { server in
            try await GateHarness.with(url: server.url) { gate in
                await gate.open(sold: [1], full: ["ada"])
                _ = await gate.admission("bob", 2)
                _ = await gate.gates.purchase.begin(gate.code(), lock: LockToken(value: 1), epoch: gate.epoch)
                _ = await gate.gates.purchase.begin(gate.code(2), lock: LockToken(value: 2), epoch: gate.epoch)
                gate.gates.checkout.observe([
                    gate.facts {
                        let outcome = StoredOutcome(status: 200, body: [])
                        $0.decided = [.init(code: gate.code(), outcome: outcome, lock: LockToken(value: 99))]
                    }
                ])
                let filter = SoldItemFilter(generation: 1, bloom: BloomFilter(capacity: 10))
                await gate.gates.store.publish(filter, of: gate.sale, epoch: gate.epoch)
                _ = await gate.gates.leases.take(.gate(gate.sale), for: .seconds(60))

                let keys = await gate.run("KEYS", "*")?.elements?.compactMap(\.text) ?? []
                let nouns = [
                    "epoch", "sold", "full", "bloom", "done:\(gate.code())", "lock:\(gate.code())",
                    "lock:\(gate.code(2))", "lease:gate",
                ]
                #expect(Set(keys) == Set(nouns.map(gate.key)))
            }
        }
    }
}
