import Kernel
import Postgres
import Sales
import Synchronization
import TestSupport
import Testing

@testable import PostgresStores

/// The holes that a straightforward purchase protocol has, each as a trace on the real server, at both isolations.
@Suite struct PurchaseProtocolTests {
    static let isolations = [WriterConfiguration.Isolation.serializable, .readCommitted]

    @Test(arguments: isolations)
    func sellsAUnitOnceWhenAnotherInstanceCommitsBetweenTheFlushes(_ isolation: WriterConfiguration.Isolation)
        async throws
    {
        try await StoreHarness.with(isolation: isolation) { harness in
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
            #expect(try await harness.number("SELECT count(*) FROM items WHERE sold") == 2)
            #expect(try await harness.number("SELECT count(*) FROM items WHERE sold") == 2)
        }
    }

    @Test(arguments: isolations)
    func takesCodeAndCartFromTheRecordWhenTwoInstancesOpenOneForTheSameUser(_ isolation: WriterConfiguration.Isolation)
        async throws
    {
        try await StoreHarness.with(isolation: isolation) { harness in
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
            #expect(try await harness.number("SELECT count(*) FROM checkouts") == 1)
        }
    }

    @Test(arguments: isolations)
    func replaysTheWinnersOutcomeAfterEverythingIsSoldAndTheSaleIsOver(_ isolation: WriterConfiguration.Isolation)
        async throws
    {
        try await StoreHarness.with(isolation: isolation) { harness in
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
            #expect(try await harness.checkouts.outcome(code, by: .now + .seconds(10)) == outcome)
        }
    }

    @Test(arguments: isolations)
    func doesNotBuyAnItemWhoseRemovalWasAcknowledged(_ isolation: WriterConfiguration.Isolation) async throws {
        try await StoreHarness.with(isolation: isolation) { harness in
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

    @Test(arguments: isolations)
    func tellsFactsOnlyAfterTheCommitAndUnderTheEpochThatWasRead(_ isolation: WriterConfiguration.Isolation)
        async throws
    {
        try await StoreHarness.with(isolation: isolation) { harness in
            let sale = try await harness.makeSale(limit: 1)
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let raise = OnceOnly {
                await_ { try await harness.sales.raiseGateEpoch(of: sale.id, by: AuditActor("test"), reason: "test") }
            }
            let transaction = harness.purchaseTransaction { raise.run() }

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)
            let factsAfterConflict = harness.gate.facts.count
            _ = await transaction.settle([PurchaseRequest(code)])

            guard case .conflict = first else { return #expect(Bool(false), "the stale flush committed: \(first)") }
            #expect(factsAfterConflict == 0)
            #expect(harness.gate.facts.map(\.epoch.number) == [2])
            #expect(harness.gate.facts.first?.sold == [1])
            #expect(harness.gate.facts.first?.full == [UserID(stored: "anna")])
        }
    }

    @Test func tellsTheOutcomeOfACodeToTheHolderOfItsLockOnly() async throws {
        try await StoreHarness.with(isolation: .serializable) { harness in
            let sale = try await harness.makeSale(limit: 2)
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let transaction = harness.purchaseTransaction()

            let first = await transaction.settle([PurchaseRequest(code)])
            let toldAtFirst = harness.gate.facts.flatMap(\.decided)
            _ = await transaction.settle([PurchaseRequest(code: code, lock: LockToken(value: 7))])
            let told = harness.gate.facts.flatMap(\.decided)

            guard case .decided(let outcome, replayed: false)? = first.first else { return #expect(Bool(false)) }
            #expect(toldAtFirst.isEmpty)
            #expect(told.map(\.code) == [code])
            #expect(told.map(\.outcome) == [outcome])
            #expect(told.map(\.lock) == [LockToken(value: 7)])
        }
    }

    @Test(arguments: isolations)
    func commitsNothingAfterAnOperatorHasEndedTheSale(_ isolation: WriterConfiguration.Isolation) async throws {
        try await StoreHarness.with(isolation: isolation) { harness in
            let sale = try await harness.makeSale()
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let end = OnceOnly { await_ { try await harness.end(sale) } }

            let outcomes = await harness.purchaseTransaction { end.run() }.settle([PurchaseRequest(code)])

            #expect(outcomes == [.refused(.saleEnded)])
            #expect(try await harness.number("SELECT count(*) FROM purchases") == 0)
        }
    }

    @Test(arguments: isolations)
    func commitsNothingWhenTheWindowClosesBetweenTheFlushes(_ isolation: WriterConfiguration.Isolation) async throws {
        try await StoreHarness.with(isolation: isolation) { harness in
            let sale = try await harness.makeSale(seconds: 2, grace: 0)
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let sleeper = try PostgresConnection(
                PostgresConfiguration(url: harness.url),
                deadline: .now + .seconds(5)
            )
            let wait = Unshared(sleeper)
            let window = OnceOnly {
                // The server's own clock decides when the window has closed.
                let sql =
                    "SELECT pg_sleep(greatest(0, extract(epoch FROM ends_at - clock_timestamp()) + 0.05)) FROM sales"
                do { try wait.value.execute(sql, within: .seconds(10)) } catch { Issue.record(error) }
            }
            let transaction = harness.purchaseTransaction { window.run() }

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)

            guard case .conflict = first else { return #expect(Bool(false), "the late flush committed: \(first)") }
            #expect(await transaction.settle([PurchaseRequest(code)]) == [.refused(.saleEnded)])
        }
    }

    @Test(arguments: isolations)
    func decidesCopiesOfACodeAndRivalsForAUnitInOneBatch(_ isolation: WriterConfiguration.Isolation) async throws {
        try await StoreHarness.with(isolation: isolation) { harness in
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
            #expect(try await harness.number("SELECT count(*) FROM purchases") == 2)
            #expect(try await harness.number("SELECT count(*) FROM items WHERE sold") == 1)
        }
    }

    @Test(arguments: isolations)
    func keepsUsersApartWhoseIdsAreCanonicallyEquivalent(_ isolation: WriterConfiguration.Isolation) async throws {
        try await StoreHarness.with(isolation: isolation) { harness in
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
            #expect(try await harness.number("SELECT count(*) FROM buyers") == 2)
        }
    }
}
