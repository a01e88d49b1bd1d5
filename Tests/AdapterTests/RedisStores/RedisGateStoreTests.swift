import Kernel
import RedisStores
import Sales
import TestSupport
import Testing

struct RedisGateStoreTests {
    @Test
    func leavesNoScratchBehind() async throws {
        try await GateHarness.with { gate in
            await gate.open(sold: [1, 2])

            #expect(await gate.number("EXISTS", gate.key("incoming")) == 0)
        }
    }

    @Test
    func takesAnUnreadableFilterForNone() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            await gate.run("SET", gate.key("bloom"), "00000000000000000007\nxx")

            #expect(await gate.gates.store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 0) == .none)
        }
    }
}
