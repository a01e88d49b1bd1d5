import Kernel
import RedisStores
import Sales
import TestSupport
import Testing

struct RedisPurchaseGateTests {
    private let mine = LockToken(value: .max)
    private let theirs = LockToken(value: 7)
    private let outcome = StoredOutcome(status: 200, body: Array("{\"a\":\"line\nbreak\0\"}".utf8) + [0xff, 0x0a])

    private func begin(_ gate: GateHarness, _ lock: LockToken, epoch: GateEpoch? = nil) async -> PurchaseAdmission {
        await gate.gates.purchase.begin(gate.code(), lock: lock, epoch: epoch ?? gate.epoch)
    }

    private func decide(_ gate: GateHarness, lock: LockToken, epoch: GateEpoch? = nil) async {
        gate.gates.checkout.observe([
            gate.facts(epoch: epoch) { $0.decided = [.init(code: gate.code(), outcome: outcome, lock: lock)] }
        ])
        await gate.settle()
    }

    @Test
    func letsLocksAndOutcomesExpire() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            _ = await begin(gate, mine)
            let lock = await gate.number("PTTL", gate.key("lock:\(gate.code())")) ?? 0
            await decide(gate, lock: mine)
            let outcome = await gate.number("PTTL", gate.key("done:\(gate.code())")) ?? 0

            #expect((1...1000).contains(lock))
            #expect((20_000...30_000).contains(outcome))
        }
    }

    @Test
    func takesAnUnreadableOutcomeForNone() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            await gate.run("SET", gate.key("done:\(gate.code())"), "\(gate.epoch)\nmany\nbody")

            #expect(await begin(gate, mine) == .cold)
        }
    }
}
