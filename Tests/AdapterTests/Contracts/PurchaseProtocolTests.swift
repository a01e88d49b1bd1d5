import Kernel
import Postgres
import Sales
import Synchronization
import TestSupport
import Testing

@testable import PostgresStores

/// The holes that a straightforward purchase protocol has, each as a trace on the real server, at both isolations, and
/// on the record in memory, which simulations stand on.
@Suite struct PurchaseProtocolTests {
    @Test(arguments: RecordKind.allCases)
    func sellsAUnitOnceWhenAnotherInstanceCommitsBetweenTheFlushes(kind: RecordKind)
        async throws
    {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let carts = harness.checkoutTransaction()
            let anna = try await carts.fill("anna", [1, 2], in: sale)
            let ben = try await carts.fill("ben", [1], in: sale)
            let other = harness.purchaseTransaction()
            let bens = OnceOnly { other.settleHere([PurchaseRequest(ben)]) }

            let slow = harness.purchaseTransaction { bens.run() }
            let first = await slow.attempt([PurchaseRequest(anna)], isRerun: false)
            let second = await slow.settle([PurchaseRequest(anna)])

            guard case .conflict = first else { return #expect(Bool(false), "the stale flush committed: \(first)") }
            #expect(
                second.first?.text == "\(anna)|\(ItemID(generated: ItemKey(sale: sale.id, number: 2)))|"
                    + "\(ItemID(generated: ItemKey(sale: sale.id, number: 1)))=already_sold"
            )
            #expect(try await harness.counts().sold == 2)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func takesCodeAndCartFromTheRecordWhenTwoInstancesOpenOneForTheSameUser(kind: RecordKind)
        async throws
    {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let other = harness.checkoutTransaction()
            let theirs = OnceOnly { other.settleHere([.join(.of("anna", 1, in: sale))]) }
            let ours = harness.checkoutTransaction { theirs.run() }

            guard
                case .joined(let checkout, let allowance)? = await ours.settle([.join(.of("anna", 2, in: sale))]).first,
                case .joined(let theirCheckout, _)? = theirs.result?.first
            else { return #expect(Bool(false), "both must join") }

            #expect(checkout.code == theirCheckout.code)
            #expect(checkout.items.count == 2)
            #expect(allowance == Allowance(limit: 10, left: 8))
            #expect(try await harness.counts().checkouts == 1)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func replaysTheWinnersOutcomeAfterEverythingIsSoldAndTheSaleIsOver(kind: RecordKind)
        async throws
    {
        try await kind.with { harness in
            let sale = try await harness.makeSale(items: 1, limit: 1)
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let transaction = harness.purchaseTransaction()
            let first = await transaction.settle([PurchaseRequest(code)])
            try await harness.end(sale)

            let again = await harness.purchaseTransaction().settle([PurchaseRequest(code)])

            guard case .decided(let outcome, replayed: false)? = first.first else {
                return #expect(Bool(false), "not decided: \(first)")
            }
            #expect(again == [.decided(outcome, replayed: true)])
            #expect(try await harness.outcome(code) == outcome)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func doesNotBuyAnItemWhoseRemovalWasAcknowledged(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let code = try await harness.checkoutTransaction().fill("anna", [1, 2], in: sale)
            let other = harness.checkoutTransaction()
            let item = ItemID(generated: ItemKey(sale: sale.id, number: 1))
            let removal = OnceOnly { other.settleHere([.remove(RemovalRequest(code: code, itemID: item))]) }

            let outcomes = await harness.purchaseTransaction { removal.run() }.settle([PurchaseRequest(code)])

            guard case .removed? = removal.result?.first else {
                return #expect(Bool(false), "the removal must come first")
            }
            #expect(outcomes.first?.text == "\(code)|\(ItemID(generated: ItemKey(sale: sale.id, number: 2)))|")
        }
    }

    @Test(arguments: RecordKind.allCases)
    func tellsFactsOnlyAfterTheCommitAndUnderTheEpochThatWasRead(kind: RecordKind)
        async throws
    {
        try await kind.with { harness in
            let sale = try await harness.makeSale(limit: 1)
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let raise = OnceOnly {
                await_ { try await harness.sales.raiseGateEpoch(of: sale.id, by: AuditActor("test"), reason: "test") }
            }
            let transaction = harness.purchaseTransaction { raise.run() }

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)
            let factsAfterConflict = harness.factsTold.count
            _ = await transaction.settle([PurchaseRequest(code)])

            guard case .conflict = first else { return #expect(Bool(false), "the stale flush committed: \(first)") }
            #expect(factsAfterConflict == 0)
            #expect(harness.factsTold.map(\.epoch.number) == [2])
            #expect(harness.factsTold.first?.sold == [1])
            #expect(harness.factsTold.first?.full == [UserID(stored: "anna")])
        }
    }

    @Test(arguments: RecordKind.allCases)
    func tellsTheOutcomeOfACodeToTheHolderOfItsLockOnly(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale(limit: 2)
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let transaction = harness.purchaseTransaction()

            let first = await transaction.settle([PurchaseRequest(code)])
            let toldAtFirst = harness.factsTold.flatMap(\.decided)
            _ = await transaction.settle([PurchaseRequest(code: code, lock: LockToken(value: 7))])
            let told = harness.factsTold.flatMap(\.decided)

            guard case .decided(let outcome, replayed: false)? = first.first else { return #expect(Bool(false)) }
            #expect(toldAtFirst.isEmpty)
            #expect(told.map(\.code) == [code])
            #expect(told.map(\.outcome) == [outcome])
            #expect(told.map(\.lock) == [LockToken(value: 7)])
        }
    }

    @Test(arguments: RecordKind.allCases)
    func commitsNothingAfterAnOperatorHasEndedTheSale(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let end = OnceOnly { await_ { try await harness.end(sale) } }

            let outcomes = await harness.purchaseTransaction { end.run() }.settle([PurchaseRequest(code)])

            #expect(outcomes == [.refused(.saleEnded)])
            #expect(try await harness.counts().purchases == 0)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func commitsNothingWhenTheWindowClosesBetweenTheFlushes(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale(seconds: 2, grace: 0)
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let window = OnceOnly { harness.waitUntilTheEnd(of: sale) }
            let transaction = harness.purchaseTransaction { window.run() }

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)

            guard case .conflict = first else { return #expect(Bool(false), "the late flush committed: \(first)") }
            #expect(await transaction.settle([PurchaseRequest(code)]) == [.refused(.saleEnded)])
        }
    }

    @Test(arguments: RecordKind.allCases)
    func decidesCopiesOfACodeAndRivalsForAUnitInOneBatch(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let carts = harness.checkoutTransaction()
            let anna = try await carts.fill("anna", [1], in: sale)
            let ben = try await carts.fill("ben", [1], in: sale)

            let outcomes = await harness.purchaseTransaction().settle(
                [anna, anna, ben, anna].map { PurchaseRequest($0) }
            )

            #expect(outcomes.count == 4)
            #expect(outcomes[1].text == outcomes[0].text && outcomes[3].text == outcomes[0].text)
            #expect(outcomes[2].text?.hasSuffix("=already_sold") == true)
            #expect(try await harness.counts().purchases == 2)
            #expect(try await harness.counts().sold == 1)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func keepsUsersApartWhoseIdsAreCanonicallyEquivalent(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let carts = harness.checkoutTransaction()

            let outcomes = await carts.settle([
                .join(.of("caf\u{E9}", 1, in: sale)), .join(.of("cafe\u{301}", 2, in: sale)),
            ])

            guard case .joined(let first, _) = outcomes[0], case .joined(let second, _) = outcomes[1] else {
                return #expect(Bool(false), "both must join: \(outcomes)")
            }
            #expect(first.code != second.code)
            #expect(first.items.count == 1 && second.items.count == 1)
            #expect(try await harness.counts().buyers == 2)
        }
    }
}
