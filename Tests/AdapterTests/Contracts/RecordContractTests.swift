import Kernel
import Sales
import TestSupport
import Testing

/// What batches and repositories promise of the record, beyond the traces of the purchase protocol.
@Suite struct RecordContractTests {
    @Test(arguments: RecordKind.allCases)
    func removesAnItemUntilItsCodeIsDecided(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale()
            let carts = record.checkoutTransaction()
            let code = try await carts.fill("anna", [1, 2], in: sale)

            let removed = await carts.settle([.remove(code, 1), .remove(code, 7)])
            _ = await record.purchaseTransaction().settle([PurchaseRequest(code)])
            let late = await carts.settle([.remove(code, 2), .remove(code, 1), .remove(code.unknown, 2)])

            #expect(removed.map(\.items) == [[2], [2]])
            #expect(late[0] == .checkoutCompleted)
            #expect(late[1].items == [2])
            #expect(late[2] == .checkoutNotFound)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func findsACheckoutBeforeAndAfterItsPurchase(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale()
            let code = try await record.checkoutTransaction().fill("anna", [3, 1], in: sale)
            let open = try await record.checkouts.checkout(code, by: .now + .seconds(10))
            _ = await record.purchaseTransaction().settle([PurchaseRequest(code)])
            let completed = try await record.checkouts.checkout(code, by: .now + .seconds(10))
            let absent = try await record.checkouts.checkout(code.unknown, by: .now + .seconds(10))

            #expect(open?.status == .open && completed?.status == .completed)
            #expect(open?.items == completed?.items && open?.items.compactMap(\.generatedKey?.number) == [3, 1])
            #expect(open?.userID == UserID(stored: "anna"))
            #expect(absent == nil)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func countsCartAndPurchasesAgainstTheLimit(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale(limit: 2)
            let carts = record.checkoutTransaction()
            let code = try await carts.fill("anna", [1], in: sale)
            _ = await record.purchaseTransaction().settle([PurchaseRequest(code)])

            let outcomes = await carts.settle([.join(.of("anna", 2, in: sale)), .join(.of("anna", 3, in: sale))])
            let sold = await carts.settle([.join(.of("ben", 1, in: sale))])

            guard case .joined(let checkout, Allowance(limit: 2, left: 0)) = outcomes[0] else {
                return #expect(Bool(false), "\(outcomes)")
            }
            #expect(checkout.code != code)
            #expect(outcomes[1] == .refused(.userLimit))
            #expect(sold == [.refused(.itemSold)])
            #expect(try await record.counts().attempts == 4)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func rejectsABatchWhoseAttemptIsOnRecordUnlessItIsARerun(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale()
            let carts = record.checkoutTransaction()
            let wish = CheckoutCommand.join(.of("anna", 1, in: sale))
            let first = await carts.settle([wish])

            let again = await carts.attempt([wish], isRerun: false)
            let rerun = await carts.attempt([wish], isRerun: true)

            guard case .conflict = again, case .committed(let outcomes) = rerun else {
                return #expect(Bool(false), "\(again), then \(rerun)")
            }
            #expect(outcomes == first)
            #expect(try await record.counts().attempts == 1)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func tellsInARerunThatACheckoutHasMovedOn(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale()
            let carts = record.checkoutTransaction()
            let wish = CheckoutRequest.of("anna", 1, in: sale)
            guard case .joined(let checkout, _)? = await carts.settle([.join(wish)]).first else {
                return #expect(Bool(false))
            }
            _ = await record.purchaseTransaction().settle([PurchaseRequest(checkout.code)])

            guard case .committed(let outcomes) = await carts.attempt([.join(wish)], isRerun: true) else {
                return #expect(Bool(false))
            }
            #expect(outcomes == [.superseded])
        }
    }

    @Test(arguments: RecordKind.allCases)
    func refusesACommitWhenTheSaleWasChangedBetweenTheFlushes(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale()
            let extend = OnceOnly { await_ { try await record.control(.extendBy(seconds: 60), sale) } }
            let carts = record.checkoutTransaction { extend.run() }
            let wish = CheckoutCommand.join(.of("anna", 1, in: sale))

            let first = await carts.attempt([wish], isRerun: false)
            let second = await carts.attempt([wish], isRerun: false)

            guard case .conflict = first, case .committed = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
        }
    }

    @Test(arguments: RecordKind.allCases)
    func readsTheFactsOfASale(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale(limit: 1)
            for (user, number) in [("anna", Int32(4)), ("ben", 2)] {
                let code = try await record.checkoutTransaction().fill(user, [number], in: sale)
                _ = await record.purchaseTransaction().settle([PurchaseRequest(code)])
            }
            try await record.sales.raiseGateEpoch(of: sale.id, by: AuditActor("test"), reason: "test")

            let facts = try await record.sales.facts(of: sale.id, includingFullUsers: true)
            let without = try await record.sales.facts(of: sale.id, includingFullUsers: false)
            let left = try await record.sales.items(
                of: sale.id,
                after: 1,
                limit: 2,
                available: true,
                by: .now + .seconds(10)
            )

            #expect(facts.map { Array($0.sold.units.numbers) } == [2, 4])
            #expect(facts?.full.sorted() == [UserID(stored: "anna"), UserID(stored: "ben")])
            #expect(facts?.epoch.number == sale.gateEpoch + 1)
            #expect(without?.full == [])
            #expect(left.map(\.item.key.number) == [3, 5])
        }
    }

    @Test(arguments: RecordKind.allCases)
    func raisesTheControlVersionWithEveryChangeThatIsOne(kind: RecordKind) async throws {
        try await kind.with { record in
            let sale = try await record.makeSale()
            try await record.control(.pause, sale)
            try await record.control(.pause, sale)
            let paused = try await record.sales.liveSales().sales.first { $0.id == sale.id }
            try await record.control(.end, sale)
            let live = try await record.sales.liveSales().sales.contains { $0.id == sale.id }

            #expect(paused?.state == .paused)
            #expect(paused?.controlVersion == sale.controlVersion + 1)
            #expect(!live)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func makesOneSaleForASlot(kind: RecordKind) async throws {
        try await kind.with { record in
            let now = try await record.sales.now().startOfHour
            let draft = SaleDraft(
                name: "slot",
                startsAt: now,
                endsAt: now.adding(seconds: 3600),
                itemsPerUser: 1,
                graceSeconds: 0,
                afterEnd: .close,
                stock: .generated(3),
                slot: now
            )

            let first = try await record.sales.create(draft, by: AuditActor("test"))
            let second = try await record.sales.create(draft, by: AuditActor("test"))

            guard case .created(let sale) = first, case .slotTaken = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
            #expect(sale.totalItems == 3)
        }
    }
}

extension CheckoutCommand {
    fileprivate static func remove(_ code: CheckoutCode, _ number: Int32) -> CheckoutCommand {
        let item = ItemID(generated: ItemKey(sale: code.sale, number: number))
        return .remove(RemovalRequest(code: code, itemID: item))
    }
}

extension CheckoutCode {
    /// A code of the same sale that was never issued.
    fileprivate var unknown: CheckoutCode {
        CheckoutCode(sale: sale, secret: CodeSecret(storedHigh: secret.high, low: secret.low ^ 1))
    }
}

extension CheckoutCommandOutcome {
    /// The items that a removal leaves.
    fileprivate var items: [Int32]? {
        if case .removed(let checkout) = self { checkout.items.compactMap(\.generatedKey?.number) } else { nil }
    }
}
