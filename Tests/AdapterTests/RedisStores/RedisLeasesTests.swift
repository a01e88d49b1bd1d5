import RedisStores
import Sales
import TestSupport
import Testing

struct RedisLeasesTests {
    @Test
    func givesWorkToOneInstance() async throws {
        try await GateHarness.with { gate in
            let mine = gate.gates.leases
            let theirs = gate.otherInstance.gates.leases

            #expect(await mine.take(.gate(gate.sale), for: .seconds(60)) == .taken)
            #expect(await theirs.take(.gate(gate.sale), for: .seconds(60)) == .held)
            #expect(await theirs.take(.filter(gate.sale), for: .seconds(60)) == .taken)
            #expect(await mine.take(.gate(gate.sale), for: .seconds(60)) == .taken)
        }
    }

    @Test
    func releasesOnlyItsOwnClaim() async throws {
        try await GateHarness.with { gate in
            let mine = gate.gates.leases
            let theirs = gate.otherInstance.gates.leases
            _ = await mine.take(.gate(gate.sale), for: .seconds(60))
            theirs.release(.gate(gate.sale))
            #expect(await theirs.take(.gate(gate.sale), for: .seconds(60)) == .held)
            mine.release(.gate(gate.sale))

            #expect(await theirs.take(.gate(gate.sale), for: .seconds(60)) == .taken)
        }
    }

    @Test
    func expiresByItself() async throws {
        try await GateHarness.with { gate in
            let theirs = gate.otherInstance.gates.leases
            #expect(await gate.gates.leases.take(.gate(gate.sale), for: .milliseconds(50)) == .taken)

            #expect(await gateEventually { await theirs.take(.gate(gate.sale), for: .seconds(60)) == .taken })
        }
    }

    @Test
    func renewsAClaim() async throws {
        try await GateHarness.with { gate in
            _ = await gate.gates.leases.take(.gate(gate.sale), for: .seconds(1))
            _ = await gate.gates.leases.take(.gate(gate.sale), for: .seconds(600))

            let milliseconds = await gate.number("PTTL", gate.key("lease:gate")) ?? 0
            #expect(milliseconds > 500_000)
        }
    }
}
