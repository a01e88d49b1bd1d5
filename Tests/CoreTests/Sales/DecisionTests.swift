import Kernel
import Testing

@testable import Sales

@Suite struct CheckoutDecisionTests {
    private let sale = Sale.testing()

    @Test func opensOneCodeAndLetsFurtherItemsJoinIt() {
        let decision = CheckoutDecision.decide([join("anna", 1), join("anna", 2)], state())

        guard case .joined(let first, _) = decision.outcomes[0],
            case .joined(let second, let left) = decision.outcomes[1]
        else { return #expect(Bool(false)) }
        #expect(first.code == second.code)
        #expect(second.items.count == 2)
        #expect(left == Allowance(limit: 10, left: 8))
        #expect(decision.writes.buyers.map(\.buyer.version) == [1])
        #expect(decision.writes.opened.count == 1)
        #expect(decision.writes.buyers.map { $0.buyer.cart.map(\.number) } == [[1, 2]])
        #expect(decision.writes.attempts.map(\.outcome) == ["accepted", "accepted"])
        #expect(decision.writes.sales == [sale])
    }

    @Test func repeatingAnItemChangesNothingButIsOnRecord() {
        let decision = CheckoutDecision.decide([join("anna", 1)], state(cart: [1]))

        guard case .joined(let checkout, _) = decision.outcomes[0] else { return #expect(Bool(false)) }
        #expect(checkout.items.count == 1)
        #expect(decision.writes.buyers.isEmpty && decision.writes.opened.isEmpty)
        #expect(decision.writes.attempts.count == 1)
    }

    @Test func stopsAtTheLimitCountingCartAndPurchases() {
        let decision = CheckoutDecision.decide(
            [join("anna", 8), join("anna", 9), join("anna", 1)],
            state(cart: [1, 2], bought: 7)
        )

        #expect(decision.outcomes.map(\.word) == ["joined", "user_limit_exceeded", "joined"])
    }

    @Test func checksInOneOrder() {
        var state = state(sold: [1])
        let other = Sale.testing(2)
        state.sales[other.id] = other

        let outcomes = CheckoutDecision.decide(
            [
                join("anna", 1), join("anna", 99), join("anna", 2, named: .id(other.id)),
                join("anna", 2, named: .impossible),
                join("anna", 2, named: .id(SaleID(number: 77))), join("anna", 2, named: .id(sale.id)),
            ],
            state
        ).outcomes

        #expect(
            outcomes.map(\.word) == [
                "item_already_sold", "item_not_found", "item_not_in_sale", "sale_not_found", "sale_not_found", "joined",
            ]
        )
    }

    @Test func windowComesBeforeSold() {
        var state = state(sold: [1])
        state.now = sale.endsAt

        #expect(CheckoutDecision.decide([join("anna", 1)], state).outcomes.map(\.word) == ["sale_ended"])
    }

    @Test func removesAndForgetsWhatCameAndWentInOneBatch() {
        let code = openCode
        let decision = CheckoutDecision.decide(
            [
                join("anna", 5), .remove(RemovalRequest(code: code, itemID: id(5))),
                .remove(RemovalRequest(code: code, itemID: id(1))),
            ],
            state(cart: [1, 2])
        )

        #expect(decision.outcomes.map(\.word) == ["joined", "removed", "removed"])
        #expect(decision.writes.removed.map(\.number) == [1])
        #expect(decision.writes.buyers.map { $0.buyer.cart.map(\.number) } == [[2]])
        #expect(decision.writes.buyers.map(\.buyer.version) == [4])
    }

    @Test func aDecidedCodeKeepsItsItems() {
        var state = state()
        let done = CheckoutCode(sale: sale.id, secret: CodeSecret(storedHigh: 9, low: 9))
        state.checkouts[done] = IssuedCheckout(user: UserID(stored: "anna"), completedItems: [id(3)])

        let outcomes = CheckoutDecision.decide(
            [3, 4].map { .remove(RemovalRequest(code: done, itemID: id($0))) },
            state
        ).outcomes

        #expect(outcomes.map(\.word) == ["completed", "removed"])
    }

    @Test func removesForTheOwnerAlone() {
        let commands = ["ben", "anna"].map {
            CheckoutCommand.remove(RemovalRequest(code: openCode, itemID: id(1), owner: UserID(stored: $0)))
        }

        let decision = CheckoutDecision.decide(commands, state(cart: [1, 2]))

        #expect(decision.outcomes.map(\.word) == ["not_found", "removed"])
        #expect(decision.writes.removed.count == 1)
    }

    @Test func anAttemptOnRecordIsAnsweredFromIt() {
        var state = state(cart: [1])
        let commands = [join("anna", 1), join("anna", 2), join("anna", 3)]
        let other = CheckoutCode(sale: sale.id, secret: CodeSecret(storedHigh: 1, low: 1))
        let attempts = commands.compactMap(\.attemptID)
        state.recorded[attempts[0]] = RecordedAttempt(outcome: "accepted", code: openCode)
        state.recorded[attempts[1]] = RecordedAttempt(outcome: "item_already_sold", code: nil)
        state.recorded[attempts[2]] = RecordedAttempt(outcome: "accepted", code: other)

        let decision = CheckoutDecision.decide(commands, state)

        #expect(decision.outcomes.map(\.word) == ["joined", "item_already_sold", "superseded"])
        #expect(decision.writes.isEmpty)
    }

    @Test func aPromisedAttemptThatIsOnRecordIsNotWrittenAgain() {
        var state = state()
        let attempt = CheckoutAttempt(
            id: UUIDv7(storedHigh: 1, low: 2),
            userID: UserID(stored: "anna"),
            itemID: id(1),
            item: ItemKey(sale: sale.id, number: 1),
            code: nil,
            outcome: CheckoutRefusal.itemSold.outcome,
            attemptedAt: state.now
        )
        let first = CheckoutDecision.decide([.record(attempt)], state)
        state.recorded[attempt.id] = RecordedAttempt(outcome: attempt.outcome, code: nil)
        let again = CheckoutDecision.decide([.record(attempt)], state)

        #expect(first.writes.attempts == [attempt])
        #expect(again.writes.isEmpty)
        #expect(again.outcomes == [.recorded])
    }

    private var openCode: CheckoutCode { CheckoutCode(sale: sale.id, secret: CodeSecret(storedHigh: 5, low: 5)) }

    /// Who decides by what is only believed must read where this says so.
    @Test func restsOnTheStateAloneWhereTheCommitComparesNothing() {
        let removal = CheckoutCommand.remove(RemovalRequest(code: openCode, itemID: id(1)))
        func rests(_ batch: [CheckoutCommand], _ state: CheckoutState) -> Bool {
            CheckoutDecision.decide(batch, state).restsOnState
        }

        #expect(!rests([join("anna", 1), join("anna", 1), join("ben", 2)], state()))
        #expect(!rests([join("anna", 2), join("anna", 1)], state(cart: [1])))
        #expect(rests([join("anna", 1)], state(cart: [1])))
        #expect(rests([join("ben", 2), join("anna", 1)], state(sold: [1])))
        #expect(rests([removal], state(cart: [1])))
    }

    private func id(_ number: Int32) -> ItemID { ItemID(generated: ItemKey(sale: sale.id, number: number)) }

    private func state(cart: [Int32] = [], bought: Int32 = 0, sold: Set<Int32> = []) -> CheckoutState {
        var state = CheckoutState(now: sale.startsAt)
        state.sales[sale.id] = sale
        for number in 1...20 {
            state.units[ItemKey(sale: sale.id, number: Int32(number))] = sold.contains(Int32(number))
        }
        guard !cart.isEmpty || bought > 0 else { return state }
        let user = UserID(stored: "anna")
        state.buyers[BuyerKey(sale: sale.id, user: user)] = Buyer(
            version: 3,
            openCode: openCode,
            bought: bought,
            limit: 10,
            cart: cart.map { CartItem(number: $0, id: id($0)) }
        )
        state.checkouts[openCode] = IssuedCheckout(user: user, completedItems: [])
        return state
    }

    private func join(_ user: String, _ number: Int32, named: NamedSale? = nil) -> CheckoutCommand {
        let random = SystemRandomSource()
        return .join(
            CheckoutRequest(
                attemptID: UUIDv7(storedHigh: random.next(), low: random.next()),
                userID: UserID(stored: user),
                itemID: id(number),
                item: ItemKey(sale: sale.id, number: number),
                sale: named,
                secret: CodeSecret(at: Timestamp(microseconds: 0), from: random)
            )
        )
    }
}

extension CheckoutCommandOutcome {
    var word: String {
        switch self {
        case .joined: "joined"
        case .refused(let refusal): refusal.outcome
        case .removed: "removed"
        case .checkoutNotFound: "not_found"
        case .checkoutCompleted: "completed"
        case .superseded: "superseded"
        case .recorded: "recorded"
        }
    }
}

@Suite struct PurchaseDecisionTests {
    private let sale = Sale.testing()

    @Test func buysWhatIsLeftAndSaysWhyTheRestWasNot() {
        let decision = decide([checkout(1, items: [1, 2, 3], sold: [2], bought: 9)])

        #expect(decision.purchases[0].purchase.items.map(\.key.number) == [1])
        #expect(decision.purchases[0].purchase.failures.map(\.reason) == [.alreadySold, .userLimit])
        #expect(decision.purchases[0].bought == 10 && decision.purchases[0].reachesLimit)
        #expect(decision.sales == [sale])
    }

    @Test func theFirstOfTwoRivalsInABatchWins() {
        let decision = decide([checkout(1, items: [1]), checkout(2, items: [1, 2])])

        #expect(decision.purchases.map { $0.purchase.items.map(\.key.number) } == [[1], [2]])
    }

    @Test func copiesOfACodeShareOneDecision() {
        let (code, checkout) = checkout(1, items: [1])
        var state = PurchaseState(now: sale.startsAt)
        state.sales[sale.id] = sale
        state.checkouts[code] = checkout

        let request = PurchaseRequest(code: code, lock: nil)
        let decision = PurchaseDecision.decide([request, request], state)

        #expect(decision.verdicts == [.decided(0), .decided(0)])
        #expect(decision.purchases.count == 1)
    }

    /// Also where the owner's own request is in the batch, before or behind, and where the code is decided.
    @Test func aForeignCodeIsNotFound() {
        let owners = ["user 2", "user 1", nil, "user 2"].map { $0.map { UserID(stored: $0) } }
        let outcome = StoredOutcome(status: 200, body: [1])
        let (code, checkout) = checkout(1, items: [1])
        let (done, decided) = self.checkout(1, items: [], outcome: outcome)
        func verdicts(_ code: CheckoutCode, _ checkout: RedeemableCheckout) -> [PurchaseDecision.Verdict] {
            var state = PurchaseState(now: sale.startsAt)
            state.sales[sale.id] = sale
            state.checkouts[code] = checkout
            let batch = owners.map { PurchaseRequest(code: code, lock: nil, owner: $0) }
            return PurchaseDecision.decide(batch, state).verdicts
        }

        let missing = PurchaseDecision.Verdict.refused(.checkoutNotFound)
        #expect(verdicts(code, checkout) == [missing, .decided(0), .decided(0), missing])
        #expect(verdicts(done, decided) == [missing, .replay(outcome), .replay(outcome), missing])
    }

    @Test func limitAloneIsAnotherReasonThanAllSold() {
        let limited = decide([checkout(1, items: [1], bought: 10)]).purchases[0].purchase
        let mixed = decide([checkout(1, items: [1, 2], sold: [1], bought: 10)]).purchases[0].purchase

        #expect(limited.failedByLimitAlone)
        #expect(!mixed.failedByLimitAlone && mixed.items.isEmpty)
    }

    @Test func replayComesBeforeTheWindowAndTheWindowBeforeEmptiness() {
        let outcome = StoredOutcome(status: 200, body: [1])
        let late = sale.endsAt.adding(seconds: 61)

        #expect(decide([checkout(1, items: [], outcome: outcome)], at: late).verdicts == [.replay(outcome)])
        #expect(decide([checkout(1, items: [])], at: late).verdicts == [.refused(.saleEnded)])
        #expect(decide([checkout(1, items: [])]).verdicts == [.refused(.checkoutEmpty)])
    }

    @Test func restsOnTheStateAloneWhereThereIsNothingToCommit() {
        let outcome = StoredOutcome(status: 200, body: [1])

        #expect(!decide([checkout(1, items: [1, 2], sold: [1]), checkout(2, items: [2])]).restsOnState)
        #expect(decide([checkout(1, items: []), checkout(2, items: [1])]).restsOnState)
        #expect(decide([checkout(1, items: [1], outcome: outcome)]).restsOnState)
    }

    @Test func anUnknownCodeIsNotFound() {
        let code = CheckoutCode(sale: sale.id, secret: CodeSecret(storedHigh: 0, low: 0))

        #expect(
            PurchaseDecision.decide([PurchaseRequest(code: code, lock: nil)], PurchaseState(now: sale.startsAt))
                .verdicts
                == [.refused(.checkoutNotFound)]
        )
    }

    private func decide(_ checkouts: [(CheckoutCode, RedeemableCheckout)], at now: Timestamp? = nil) -> PurchaseDecision
    {
        var state = PurchaseState(now: now ?? sale.startsAt)
        state.sales[sale.id] = sale
        for (code, checkout) in checkouts { state.checkouts[code] = checkout }
        return PurchaseDecision.decide(checkouts.map { PurchaseRequest(code: $0.0, lock: nil) }, state)
    }

    private func checkout(
        _ number: UInt64,
        items: [Int32],
        sold: Set<Int32> = [],
        bought: Int32 = 0,
        outcome: StoredOutcome? = nil
    ) -> (CheckoutCode, RedeemableCheckout) {
        let lines = items.map { number in
            let key = ItemKey(sale: sale.id, number: number)
            let item = Item(
                key: key,
                id: ItemID(generated: key),
                name: "n",
                imageURL: "u",
                price: Money(amountMinor: 1, currency: "EUR")
            )
            return CartLine(item: item, isSold: sold.contains(number))
        }
        let checkout = RedeemableCheckout(
            user: UserID(stored: "user \(number)"),
            version: 1,
            isOpen: outcome == nil,
            bought: bought,
            limit: 10,
            lines: lines,
            outcome: outcome
        )
        return (CheckoutCode(sale: sale.id, secret: CodeSecret(storedHigh: number, low: 0)), checkout)
    }
}
