import Kernel
import Logging
import Postgres
import Sales
import TestSupport
import Testing

@testable import PostgresStores

/// Batches that are decided by memory are one flush, and come to what they would have come to after reading.
@Suite struct BatchMemoryTests {
    @Test func sellsInOneFlushWhatItsOwnCheckoutsHaveLeft() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale()
            let instance = try RememberingInstance(store)
            try await instance.meet(sale)

            let code = try await instance.checkouts.fill("anna", [1, 2], in: sale)
            let outcomes = await instance.purchases.settle([PurchaseRequest(code), PurchaseRequest(code)])

            #expect(instance.trust == [.init(confirmed: 1), .init(confirmed: 1)])
            #expect(outcomes.map(\.text) == [text(code, [1, 2], in: sale), text(code, [1, 2], in: sale)])
            #expect(try await store.outcome(code)?.body == Array(text(code, [1, 2], in: sale).utf8))
            #expect(try await store.counts().sold == 2)
        }
    }

    @Test func goesOnFromThePurchaseWithTheSameUsersNextCheckout() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale(limit: 2)
            let instance = try RememberingInstance(store)
            try await instance.meet(sale)

            var codes: [CheckoutCode] = []
            for number: Int32 in [1, 2] {
                let code = try await instance.checkouts.fill("anna", [number], in: sale)
                _ = await instance.purchases.settle([PurchaseRequest(code)])
                codes.append(code)
            }
            let third = await instance.checkouts.settle([.join(.of("anna", 3, in: sale))])

            #expect(Set(codes).count == 2 && third == [.refused(.userLimit)])
            #expect(instance.trust == [.init(confirmed: 2), .init(confirmed: 2)])
            #expect(try await store.counts().bought == 2)
        }
    }

    @Test func readsAfterAllWhenAnotherInstanceHasSoldTheItem() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale()
            let instance = try RememberingInstance(store)
            try await instance.meet(sale)
            let code = try await instance.checkouts.fill("anna", [1], in: sale)
            try await RememberingInstance(store).buy("ben", [1], in: sale)

            let late = await instance.checkouts.settle([.join(.of("carl", 1, in: sale))])
            let outcomes = await instance.purchases.settle([PurchaseRequest(code)])

            #expect(late == [.refused(.itemSold)])
            #expect(outcomes.first?.text == "\(code)||\(id(1, in: sale))=already_sold")
            #expect(instance.trust == [.init(confirmed: 1, disproved: 1), .init(disproved: 1)])
        }
    }

    @Test func readsAfterAllWhenAnotherInstanceHasChangedTheCart() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale()
            let instance = try RememberingInstance(store)
            try await instance.meet(sale)
            let code = try await instance.checkouts.fill("anna", [1], in: sale)
            #expect(try await RememberingInstance(store).checkouts.fill("anna", [2], in: sale) == code)

            let outcomes = await instance.purchases.settle([PurchaseRequest(code)])

            #expect(outcomes.first?.text == text(code, [1, 2], in: sale))
            #expect(instance.trust.last == .init(disproved: 1))
        }
    }

    @Test func readsAfterAllWhenAUserIsNoNewcomer() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale()
            let code = try await RememberingInstance(store).checkouts.fill("anna", [1], in: sale)
            let instance = try RememberingInstance(store)
            try await instance.meet(sale)

            #expect(try await instance.checkouts.fill("anna", [2], in: sale) == code)
            #expect(instance.trust.first == .init(disproved: 1))
            #expect(try await store.counts() == RecordCounts(checkouts: 2, attempts: 3, buyers: 2))
        }
    }

    @Test func sellsWhatAWrongFactCallsSold() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale()
            let instance = try RememberingInstance(store)
            try await instance.meet(sale)
            let code = try await instance.checkouts.fill("anna", [1], in: sale)
            let epoch = try #require(instance.board.knowledge(of: sale.id)?.epoch)
            var wrong = CommittedFacts(sale: sale.id, epoch: epoch)
            wrong.sold = [1]
            instance.board.learn(wrong)

            let outcomes = await instance.purchases.settle([PurchaseRequest(code)])

            #expect(outcomes.first?.text == text(code, [1], in: sale))
            #expect(instance.trust.last == .init(disproved: 1))
        }
    }

    @Test func sellsNothingInASaleThatWasPausedUnheard() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale()
            let instance = try RememberingInstance(store)
            try await instance.meet(sale)
            let code = try await instance.checkouts.fill("anna", [1], in: sale)
            try await store.control(.pause, sale)

            let wishes = await instance.checkouts.settle([.join(.of("ben", 2, in: sale))])
            let outcomes = await instance.purchases.settle([PurchaseRequest(code)])

            #expect(wishes == [.refused(.saleNotActive(opensAt: nil))])
            #expect(outcomes == [.refused(.saleNotActive(opensAt: nil))])
            #expect(try await store.counts().sold == 0)
        }
    }

    @Test(arguments: [CommitFault.loseReply, .holdRequest])
    func findsItsOwnPurchaseWhenTheOneFlushHadNoAnswer(fault: CommitFault) async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale()
            let instance = try RememberingInstance(store, purchasesMeeting: fault)
            try await instance.meet(sale)
            let code = try await instance.checkouts.fill("anna", [1], in: sale)

            let first = await instance.purchases.attempt([PurchaseRequest(code)], isRerun: false)
            let second = await instance.purchases.attempt([PurchaseRequest(code)], isRerun: true)
            if fault == .holdRequest { try await store.letHeldFlushArrive() }

            guard case .unknown = first, case .committed(let outcomes) = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
            #expect(outcomes.first?.text == text(code, [1], in: sale))
            #expect(try await store.counts().bought == 1)
            #expect(try await store.outcome(code)?.body == Array(text(code, [1], in: sale).utf8))
        }
    }

    @Test func believesNothingOfAnotherRecord() {
        let memory = BatchMemory()
        let here = RecordIdentity(system: 1, timeline: 1)
        let key = BuyerKey(sale: SaleID(number: 1), user: UserID(stored: "anna"))
        var writes = CheckoutDecision.decide([], CheckoutState(now: Timestamp(microseconds: 0))).writes
        writes.buyers = [BuyerRow(key: key, buyer: Buyer(version: 1, openCode: nil, bought: 0, limit: 10, cart: []))]
        memory.remember(writes, [:], of: here)

        #expect(memory.buyers([key], of: here).count == 1)
        #expect(memory.buyers([key], of: RecordIdentity(system: 1, timeline: 2)).isEmpty)
    }

    @Test func pausesLongerEachTimeThatMemoryIsWrong() {
        var trust = MemoryTrust(writer: "test")
        var read: [Int] = []
        for _ in 0..<12 {
            trust.disproved()
            read.append((0..<5000).prefix { _ in !trust.allowsNext() }.count)
        }
        trust.confirmed()
        trust.disproved()

        #expect(read == [4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024, 1024])
        #expect((0..<5000).prefix { _ in !trust.allowsNext() }.count == 512)
    }

    private func id(_ number: Int32, in sale: Sale) -> ItemID {
        ItemID(generated: ItemKey(sale: sale.id, number: number))
    }

    private func text(_ code: CheckoutCode, _ bought: [Int32], in sale: Sale) -> String {
        "\(code)|\(bought.map { id($0, in: sale).description }.joined(separator: ","))|"
    }
}

/// An instance of its own: board, memory, and the two transactions that share them.
private struct RememberingInstance {
    struct Trust: Equatable {
        var confirmed = 0
        var disproved = 0
    }

    let board = SaleBoard()
    let checkouts: Instance<CheckoutCommand, CheckoutCommandOutcome>
    let purchases: Instance<PurchaseRequest, PurchaseOutcome>
    private let sessions: Unshared<[BatchSession]>

    init(_ store: StoreHarness, purchasesMeeting fault: CommitFault? = nil) throws {
        let knowledge = BatchKnowledge(board: board, gate: store.gate, time: SystemTimeSource())
        let log = Logger(label: "test")
        let carts = PostgresCheckoutTransaction(store.configuration(), knowledge: knowledge, log: log)
        let purchases = PostgresPurchaseTransaction(
            store.configuration(try fault.map(store.url(meeting:))),
            encoder: PlainEncoder(),
            knowledge: knowledge,
            log: log
        )
        sessions = Unshared([carts.session, purchases.session])
        checkouts = Instance(carts)
        self.purchases = Instance(purchases)
    }

    /// What came of the batches that were decided by memory: checkouts', then purchases'.
    var trust: [Trust] {
        sessions.value.map { Trust(confirmed: $0.trust.confirmedCount, disproved: $0.trust.disprovedCount) }
    }

    /// Learns about the sale, as an instance does when it starts, and about the clock, however slow this machine is.
    func meet(_ sale: Sale) async throws {
        _ = try await checkouts.fill("somebody", [20], in: sale)
        let epoch = try #require(board.knowledge(of: sale.id)?.epoch)
        let clock = try #require(board.recordClock(at: .now))
        let identity = RecordIdentity(system: epoch.system, timeline: epoch.timeline)
        board.learn(LiveSales(sales: [sale], now: clock, identity: identity), at: .now)
    }

    func buy(_ user: String, _ numbers: [Int32], in sale: Sale) async throws {
        _ = await purchases.settle([PurchaseRequest(try await checkouts.fill(user, numbers, in: sale))])
    }
}
