import RedisStores
import Sales
import TestSupport
import Testing

struct RedisLeasesTests {
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
