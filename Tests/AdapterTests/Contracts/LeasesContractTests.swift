import Sales
import TestSupport
import Testing

struct LeasesContractTests {
    @Test(arguments: GateKind.allCases)
    func givesWorkToOneInstance(kind: GateKind) async throws {
        try await kind.with { gate in
            let mine = gate.ports.leases
            let theirs = gate.portsOfAnother.leases

            #expect(await mine.take(.gate(gate.sale), for: .seconds(60)) == .taken)
            #expect(await theirs.take(.gate(gate.sale), for: .seconds(60)) == .held)
            #expect(await theirs.take(.filter(gate.sale), for: .seconds(60)) == .taken)
            #expect(await mine.take(.gate(gate.sale), for: .seconds(60)) == .taken)
        }
    }

    @Test(arguments: GateKind.allCases)
    func releasesOnlyItsOwnClaim(kind: GateKind) async throws {
        try await kind.with { gate in
            let mine = gate.ports.leases
            let theirs = gate.portsOfAnother.leases
            _ = await mine.take(.gate(gate.sale), for: .seconds(60))
            theirs.release(.gate(gate.sale))
            #expect(await theirs.take(.gate(gate.sale), for: .seconds(60)) == .held)
            mine.release(.gate(gate.sale))

            #expect(await theirs.take(.gate(gate.sale), for: .seconds(60)) == .taken)
        }
    }

    @Test(arguments: GateKind.allCases)
    func expiresByItself(kind: GateKind) async throws {
        try await kind.with { gate in
            let theirs = gate.portsOfAnother.leases
            #expect(await gate.ports.leases.take(.gate(gate.sale), for: .milliseconds(50)) == .taken)

            #expect(await gateEventually { await theirs.take(.gate(gate.sale), for: .seconds(60)) == .taken })
        }
    }
}
