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
    func locksACodeForOne() async throws {
        try await GateHarness.with { gate in
            await gate.open()

            #expect(await begin(gate, mine) == .locked)
            #expect(await begin(gate, theirs) == .busy)
            #expect(await begin(gate, mine) == .busy)
            #expect(await gate.gates.purchase.isLocked(gate.code()))
            #expect(await gate.gates.purchase.isLocked(gate.code(2)) == false)
            let milliseconds = await gate.number("PTTL", gate.key("lock:\(gate.code())")) ?? 0
            #expect((1...1000).contains(milliseconds))
        }
    }

    @Test
    func freesALockThatItsHolderForgot() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            _ = await begin(gate, theirs)

            #expect(await gateEventually { await begin(gate, mine) == .locked })
        }
    }

    @Test
    func givesALockBackToItsHolderOnly() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            _ = await begin(gate, mine)
            gate.gates.purchase.abort(gate.code(), lock: theirs)
            #expect(await begin(gate, theirs) == .busy)
            gate.gates.purchase.abort(gate.code(), lock: mine)

            #expect(await begin(gate, theirs) == .locked)
        }
    }

    @Test
    func replaysAnOutcomeByteForByteAndReleasesItsLock() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            _ = await begin(gate, mine)
            await decide(gate, lock: mine)

            #expect(await begin(gate, theirs) == .done(outcome))
            #expect(await gate.gates.purchase.isLocked(gate.code()) == false)
            let milliseconds = await gate.number("PTTL", gate.key("done:\(gate.code())")) ?? 0
            #expect((20_000...30_000).contains(milliseconds))
        }
    }

    @Test
    func releasesTheLockOfAnOutcomeOfAnotherEpochWithoutKeepingIt() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            _ = await begin(gate, mine)
            await decide(gate, lock: mine, epoch: gate.later(by: -1))

            #expect(await begin(gate, theirs) == .locked)
        }
    }

    @Test
    func keepsTheLockOfAnotherWhenAnOutcomeArrives() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            _ = await begin(gate, theirs)
            await decide(gate, lock: mine)
            await decide(gate, lock: mine)

            #expect(await gate.gates.purchase.isLocked(gate.code()))
        }
    }

    @Test
    func doesNotReplayAnOutcomeUnderALaterEpoch() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            await decide(gate, lock: mine)
            await gate.open(epoch: gate.later(by: 1))

            #expect(await begin(gate, mine) == .cold)
            #expect(await begin(gate, mine, epoch: gate.later(by: 1)) == .locked)
        }
    }

    @Test
    func decidesNothingWithoutFacts() async throws {
        try await GateHarness.with { gate in
            #expect(await begin(gate, mine) == .cold)
            #expect(await gate.gates.purchase.isLocked(gate.code()) == false)
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

    @Test
    func takesInABatchOfManyOutcomes() async throws {
        try await GateHarness.with { gate in
            await gate.open()
            let codes = (1...512).map { gate.code($0) }
            for code in codes { _ = await gate.gates.purchase.begin(code, lock: mine, epoch: gate.epoch) }
            gate.gates.checkout.observe([
                gate.facts { facts in
                    facts.sold = (1...512).map { $0 }
                    facts.full = codes.map { gate.user("\($0)") }
                    facts.decided = codes.map { .init(code: $0, outcome: outcome, lock: mine) }
                }
            ])
            await gate.settle()

            for code in codes {
                #expect(await gate.gates.purchase.begin(code, lock: theirs, epoch: gate.epoch) == .done(outcome))
            }
            #expect(await gate.gates.store.facts(of: gate.sale)?.full.count == 512)
        }
    }
}
