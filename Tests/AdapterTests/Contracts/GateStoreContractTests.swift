import Kernel
import Sales
import TestSupport
import Testing

struct GateStoreContractTests {
    private func filter(_ generation: Int64, _ elements: [String] = ["a"]) -> SoldItemFilter {
        var bloom = BloomFilter(capacity: 1000)
        for element in elements { bloom.insert(element.utf8) }
        return SoldItemFilter(generation: generation, bloom: bloom)
    }

    @Test(arguments: GateKind.allCases)
    func isEmptyUntilItIsOpened(kind: GateKind) async throws {
        try await kind.with { gate in
            #expect(await gate.ports.store.state(of: gate.sale) == .empty)
            let content = await gate.ports.store.facts(of: gate.sale)
            #expect(content?.epoch == "")

            #expect(await gate.open() == .built)
            #expect(await gate.ports.store.state(of: gate.sale) == .epoch("7123456789012345678.1.3"))
        }
    }

    @Test(arguments: GateKind.allCases)
    func givesBackWhatItWasOpenedWith(kind: GateKind) async throws {
        try await kind.with { gate in
            let sold: [Int32] = [1, 2, 7, 8, 9, 63, 64, 65, 999_999]
            let users = (0..<2500).map { "user-\($0)-ä" }
            #expect(await gate.open(sold: sold, full: users) == .built)

            let content = await gate.ports.store.facts(of: gate.sale)
            #expect(content?.epoch == gate.epoch.description)
            #expect(content?.sold == SoldUnits(sold))
            #expect(content?.full == Set(users.map(gate.user)))
        }
    }

    @Test(arguments: GateKind.allCases)
    func mergesFactsOfTheSameEpoch(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open(sold: [1], full: ["ada"])
            gate.ports.checkout.observe([gate.facts { $0.sold = [900] }])
            #expect(await gate.open(sold: [2], full: ["bob"]) == .built)
            #expect(await gate.open(sold: [2], full: ["bob"]) == .built)

            let content = await gate.ports.store.facts(of: gate.sale)
            #expect(content?.sold == SoldUnits([1, 2, 900]))
            #expect(content?.full == [gate.user("ada"), gate.user("bob")])
        }
    }

    @Test(arguments: GateKind.allCases)
    func tellsSoldUnitsUnderTheirEpochOnly(kind: GateKind) async throws {
        try await kind.with { gate in
            #expect(await gate.ports.store.soldUnits(of: gate.sale, epoch: gate.epoch) == nil)
            await gate.open()
            #expect(await gate.ports.store.soldUnits(of: gate.sale, epoch: gate.epoch) == SoldUnits())

            let sold: [Int32] = [1, 2, 7, 8, 9, 15, 16, 63, 64, 65, 127, 128, 999_999]
            await gate.open(sold: sold)
            #expect(await gate.ports.store.soldUnits(of: gate.sale, epoch: gate.epoch) == SoldUnits(sold))
            #expect(await gate.ports.store.soldUnits(of: gate.sale, epoch: gate.later(by: 1)) == nil)
        }
    }

    @Test(arguments: GateKind.allCases)
    func forgetsEarlierEpochsAndKeepsLaterOnes(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open(sold: [1], full: ["ada"])
            #expect(await gate.open(sold: [2], epoch: gate.later(by: 1)) == .built)
            #expect(await gate.open(sold: [3]) == .stale)

            let content = await gate.ports.store.facts(of: gate.sale)
            #expect(content?.epoch == gate.later(by: 1).description)
            #expect(content?.sold == SoldUnits([2]))
            #expect(content?.full == [])
        }
    }

    @Test(arguments: GateKind.allCases)
    func ordersEpochsByTimelineFirst(kind: GateKind) async throws {
        try await kind.with { gate in
            let failover = RecordIdentity(system: gate.epoch.system, timeline: 2)
            #expect(await gate.open(sold: [1], epoch: gate.later(by: 100)) == .built)
            #expect(await gate.open(sold: [2], epoch: failover.epoch(1)) == .built)
            #expect(await gate.open(sold: [3], epoch: gate.later(by: 200)) == .stale)

            #expect(await gate.ports.store.facts(of: gate.sale)?.sold == SoldUnits([2]))
        }
    }

    @Test(arguments: GateKind.allCases)
    func followsAnotherRecord(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open(sold: [1], epoch: gate.later(by: 100))
            #expect(await gate.open(sold: [2], epoch: RecordIdentity(system: 1, timeline: 1).epoch(1)) == .built)

            #expect(await gate.ports.store.facts(of: gate.sale)?.sold == SoldUnits([2]))
        }
    }

    @Test(arguments: GateKind.allCases)
    func givesAFilterToThoseWhoHaveAnOlderOne(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open(sold: [5, 12])
            let store = gate.ports.store
            #expect(await store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 0) == .none)
            await store.publish(filter(10), of: gate.sale, epoch: gate.epoch)
            await store.publish(filter(9, ["b"]), of: gate.sale, epoch: gate.epoch)

            let expected = FilterReading.newer(filter(10), SoldUnits([5, 12]))
            #expect(await store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 9) == expected)
            #expect(await store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 10) == .none)
            #expect(await store.filter(of: gate.sale, epoch: gate.later(by: 1), newerThan: 0) == .none)
        }
    }

    @Test(arguments: GateKind.allCases)
    func comparesGenerationsAsNumbers(kind: GateKind) async throws {
        try await kind.with { gate in
            await gate.open()
            await gate.ports.store.publish(filter(999), of: gate.sale, epoch: gate.epoch)
            await gate.ports.store.publish(filter(1_782_000_000_000_000), of: gate.sale, epoch: gate.epoch)

            let reading = await gate.ports.store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 1000)
            #expect(reading == .newer(filter(1_782_000_000_000_000), SoldUnits()))
        }
    }

    @Test(arguments: GateKind.allCases)
    func publishesNoFilterOfAnotherEpochAndDropsItWithItsEpoch(kind: GateKind) async throws {
        try await kind.with { gate in
            let store = gate.ports.store
            await gate.open()
            await store.publish(filter(10), of: gate.sale, epoch: gate.later(by: 1))
            #expect(await store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 0) == .none)
            await store.publish(filter(11), of: gate.sale, epoch: gate.epoch)
            await gate.open(epoch: gate.later(by: 1))

            #expect(await store.filter(of: gate.sale, epoch: gate.later(by: 1), newerThan: 0) == .none)
        }
    }

    @Test(arguments: GateKind.allCases)
    func carriesTheFilterAndTheFactsOfALargeSale(kind: GateKind) async throws {
        try await kind.with { gate in
            let sold = Array(stride(from: Int32(1), through: 300_000, by: 3))
            var bloom = BloomFilter(capacity: 300_000)
            for unit in sold { bloom.insert("\(unit)".utf8) }
            #expect(await gate.open(sold: sold) == .built)
            await gate.ports.store.publish(
                SoldItemFilter(generation: 1, bloom: bloom),
                of: gate.sale,
                epoch: gate.epoch
            )

            let reading = await gate.ports.store.filter(of: gate.sale, epoch: gate.epoch, newerThan: 0)
            #expect(reading == .newer(SoldItemFilter(generation: 1, bloom: bloom), SoldUnits(sold)))
        }
    }
}
