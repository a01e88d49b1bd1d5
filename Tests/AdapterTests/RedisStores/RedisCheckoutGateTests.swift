import Kernel
import RedisStores
import Sales
import TestSupport
import Testing

struct RedisCheckoutGateTests {
    @Test
    func letsNoKeyOutliveItsSale() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            gate.gates.checkout.observe([
                gate.facts {
                    $0.sold = [3]
                    $0.full = [gate.user("ada")]
                }
            ])
            await gate.settle()

            for noun in ["epoch", "sold", "full"] {
                let seconds = await gate.number("TTL", gate.key(noun)) ?? 0
                #expect((86_000...86_400).contains(seconds), "\(noun) expires in \(seconds) s")
            }
        }
    }
}
