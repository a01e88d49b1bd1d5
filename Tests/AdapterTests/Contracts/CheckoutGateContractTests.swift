import Kernel
import Sales
import TestSupport
import Testing

struct CheckoutGateContractTests {
    @Test(arguments: GateKind.allCases)
    func knowsNothingOfASaleThatWasNeverOpened(kind: GateKind) async throws {
        try await kind.with { gate in
            #expect(await gate.admission("user", 1) == .cold)
        }
    }

    @Test(arguments: GateKind.allCases)
    func refusesOnFactsAndLetsTheRestGo(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open(sold: [1, 8, 4096], full: ["ada"])

            for unit: Int32 in [1, 8, 4096] { #expect(await gate.admission("bob", unit) == .sold) }
            for unit: Int32 in [2, 7, 9, 4095, 4097, 1_000_000] { #expect(await gate.admission("bob", unit) == .go) }
            #expect(await gate.admission("ada", 2) == .limit)
            #expect(await gate.admission("ada", 1) == .sold)
        }
    }

    @Test(arguments: GateKind.allCases)
    func believesFactsOfItsOwnEpochOnly(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open(sold: [1], full: ["ada"])
            let others = [
                gate.later(by: 1), gate.later(by: -1), RecordIdentity(system: gate.epoch.system, timeline: 2).epoch(3),
                RecordIdentity(system: 1, timeline: 1).epoch(3),
            ]

            for epoch in others { #expect(await gate.admission("ada", 1, epoch: epoch) == .cold) }
            #expect(await gate.admission("ada", 1) == .sold)
        }
    }

    @Test(arguments: GateKind.allCases)
    func learnsCommittedFacts(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            gate.ports.checkout.observe([
                gate.facts {
                    $0.sold = [3, 70_000]
                    $0.full = [gate.user("ada")]
                }
            ])
            await gate.settle()

            #expect(await gate.admission("bob", 3) == .sold)
            #expect(await gate.admission("bob", 70_000) == .sold)
            #expect(await gate.admission("ada", 4) == .limit)
            #expect(await gate.admission("bob", 4) == .go)
        }
    }

    @Test(arguments: GateKind.allCases)
    func learnsMoreUnitsThanOneCommandTakes(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open(sold: [2])
            let sold = stride(from: Int32(1), through: 7_000, by: 3)
            gate.ports.checkout.observe([gate.facts { $0.sold = Array(sold) }])
            await gate.settle()

            #expect(await gate.ports.store.facts(of: gate.sale)?.sold == SoldUnits([2] + sold))
        }
    }

    @Test(arguments: GateKind.allCases)
    func ignoresCommittedFactsOfAnotherEpoch(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            gate.ports.checkout.observe([
                gate.facts(epoch: gate.later(by: -1)) {
                    $0.sold = [3]
                    $0.full = [gate.user("ada")]
                }
            ])
            await gate.settle()

            #expect(await gate.admission("ada", 3) == .go)
        }
    }

    @Test(arguments: GateKind.allCases)
    func learnsTheSameFactsTwiceWithoutHarm(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            let facts = gate.facts { $0.sold = [3] }
            gate.ports.checkout.observe([facts, facts])
            gate.ports.checkout.observe([facts])
            await gate.settle()

            #expect(await gate.ports.store.facts(of: gate.sale)?.sold == SoldUnits([3]))
        }
    }

    @Test(arguments: GateKind.allCases)
    func tellsUsersApartByTheirBytes(kind: GateKind) async throws {
        try await kind.with { gate in
            let composed = "caf\u{e9}"
            let decomposed = "cafe\u{301}"
            await gate.open(full: [composed])

            #expect(composed == decomposed, "one string to Swift, two users to us")
            #expect(await gate.admission(composed, 1) == .limit)
            #expect(await gate.admission(decomposed, 1) == .go)
            #expect(await gate.admission("user with spaces\r\nand lines", 1) == .go)
        }
    }
}
