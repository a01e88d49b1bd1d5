import Kernel
import Sales
import TestSupport
import Testing

struct PurchaseGateContractTests {
    private let mine = LockToken(value: .max)
    private let theirs = LockToken(value: 7)
    private let outcome = StoredOutcome(status: 200, body: Array("{\"a\":\"line\nbreak\0\"}".utf8) + [0xff, 0x0a])

    private func begin(_ gate: any GateUnderTest, _ lock: LockToken, epoch: GateEpoch? = nil) async -> PurchaseAdmission
    {
        await gate.ports.purchase.begin(gate.code(), lock: lock, epoch: epoch ?? gate.epoch)
    }

    private func decide(_ gate: any GateUnderTest, lock: LockToken, epoch: GateEpoch? = nil) async {
        gate.ports.checkout.observe([
            gate.facts(epoch: epoch) { $0.decided = [.init(code: gate.code(), outcome: outcome, lock: lock)] }
        ])
        await gate.settle()
    }

    @Test(arguments: GateKind.allCases)
    func locksACodeForOne(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()

            #expect(await begin(gate, mine) == .locked)
            #expect(await begin(gate, theirs) == .busy)
            #expect(await begin(gate, mine) == .busy)
            #expect(await gate.ports.purchase.isLocked(gate.code()))
            #expect(await gate.ports.purchase.isLocked(gate.code(2)) == false)
        }
    }

    @Test(arguments: GateKind.allCases)
    func freesALockThatItsHolderForgot(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            _ = await begin(gate, theirs)

            #expect(await gateEventually { await begin(gate, mine) == .locked })
        }
    }

    @Test(arguments: GateKind.allCases)
    func givesALockBackToItsHolderOnly(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            _ = await begin(gate, mine)
            gate.ports.purchase.abort(gate.code(), lock: theirs)
            #expect(await begin(gate, theirs) == .busy)
            gate.ports.purchase.abort(gate.code(), lock: mine)

            #expect(await begin(gate, theirs) == .locked)
        }
    }

    @Test(arguments: GateKind.allCases)
    func replaysAnOutcomeByteForByteAndReleasesItsLock(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            _ = await begin(gate, mine)
            await decide(gate, lock: mine)

            #expect(await begin(gate, theirs) == .done(outcome))
            #expect(await gate.ports.purchase.isLocked(gate.code()) == false)
        }
    }

    @Test(arguments: GateKind.allCases)
    func releasesTheLockOfAnOutcomeOfAnotherEpochWithoutKeepingIt(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            _ = await begin(gate, mine)
            await decide(gate, lock: mine, epoch: gate.later(by: -1))

            #expect(await begin(gate, theirs) == .locked)
        }
    }

    @Test(arguments: GateKind.allCases)
    func keepsTheLockOfAnotherWhenAnOutcomeArrives(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            _ = await begin(gate, theirs)
            await decide(gate, lock: mine)
            await decide(gate, lock: mine)

            #expect(await gate.ports.purchase.isLocked(gate.code()))
        }
    }

    @Test(arguments: GateKind.allCases)
    func doesNotReplayAnOutcomeUnderALaterEpoch(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            await decide(gate, lock: mine)
            await gate.open(epoch: gate.later(by: 1))

            #expect(await begin(gate, mine) == .cold)
            #expect(await begin(gate, mine, epoch: gate.later(by: 1)) == .locked)
        }
    }

    @Test(arguments: GateKind.allCases)
    func decidesNothingWithoutFacts(kind: GateKind) async throws {
        try await kind.with { gate in
            #expect(await begin(gate, mine) == .cold)
            #expect(await gate.ports.purchase.isLocked(gate.code()) == false)
        }
    }

    @Test(arguments: GateKind.allCases)
    func takesInABatchOfManyOutcomes(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            let codes = (1...512).map { gate.code($0) }
            for code in codes { _ = await gate.ports.purchase.begin(code, lock: mine, epoch: gate.epoch) }
            gate.ports.checkout.observe([
                gate.facts { facts in
                    facts.sold = (1...512).map { $0 }
                    facts.full = codes.map { gate.user("\($0)") }
                    facts.decided = codes.map { .init(code: $0, outcome: outcome, lock: mine) }
                }
            ])
            await gate.settle()

            for code in codes {
                #expect(await gate.ports.purchase.begin(code, lock: theirs, epoch: gate.epoch) == .done(outcome))
            }
            #expect(await gate.ports.store.facts(of: gate.sale)?.full.count == 512)
        }
    }
}
