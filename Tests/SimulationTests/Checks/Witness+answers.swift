import Kernel
import Sales
import Synchronization
import TestSupport

extension Witness {
    /// How old a fact may be that refuses somebody.
    private static let staleness = VirtualTime.seconds(2)
    /// How much later than its deadline an answer may come.
    private static let lateness = VirtualTime.milliseconds(150)

    /// A checkout was answered.
    func answered(
        _ number: Int,
        _ result: Result<StartCheckout.Outcome, StoreError>,
        _ tables: RecordTables
    ) {
        guard let question = settle(number, result), case .join(let item) = question.kind else { return }
        switch result {
        case .failure: return
        case .success(.joined(let checkout, let allowance)):
            log.count(.joined)
            checkOnRecord(question, item, CheckoutAttempt.accepted)
            expect(checkout.userID == question.user, "\(question.user) got the checkout of \(checkout.userID)")
            // It may have left again in the same batch, or before a rerun looked what its attempt had come to.
            let isHeld = checkout.items.contains(item) || wasAsked(near: question, .remove(checkout.code, item))
            expect(isHeld, "the checkout does not hold what joined it")
            expect(allowance.left >= 0, "P3: \(question.user) was left \(allowance.left)")
            let wasOpen = buyer(of: checkout.code, question) { $0.openCode == checkout.code }
            expect(wasOpen, "P4: \(checkout.code) was answered, and was never \(question.user)'s open code")
        case .success(.refused(let refusal, _)):
            checkOnRecord(question, item, refusal.outcome)
            check(refusal, of: item, question, tables)
        }
    }

    private func check(_ refusal: CheckoutRefusal, of id: ItemID, _ question: Question, _ tables: RecordTables) {
        guard let item = id.generatedKey, tables.units[item] != nil else {
            return expect(refusal == .itemNotFound || refusal == .saleNotFound, "\(id) was refused for \(refusal)")
        }
        let (from, now) = (question.askedAt - Self.staleness, scheduler.now)
        switch refusal {
        case .itemSold:
            log.count(.refusedSold)
            let wasSold = state.withLock { $0.sold[item]?.satisfied(from: from, to: now) { isSold, _, _ in isSold } }
            expect(wasSold == true, "P2: unit \(item.number) was refused as sold, and was for sale")
        case .userLimit:
            log.count(.refusedLimit)
            let key = BuyerKey(sale: item.sale, user: question.user)
            let wasFull = state.withLock { state in
                state.buyers[key]?.satisfied(from: from, to: now) { buyer, _, _ in
                    buyer.bought + Int32(buyer.cart.count) >= buyer.limit
                }
            }
            expect(wasFull == true, "P2: \(question.user) was refused for a limit that was not reached")
        case .saleNotActive, .saleEnded:
            log.count(.refusedWindow)
            let wasClosed = sale(item.sale, question) { $0.checkoutWindow(at: $1) != .open }
            expect(wasClosed, "P2: a sale that sold was called \(refusal.outcome)")
        case .itemNotFound, .saleNotFound, .itemNotInSale:
            violated("P2: \(id) was refused for \(refusal.outcome)")
        }
    }

    /// A purchase was answered.
    func answered(_ number: Int, _ result: Result<PurchaseOutcome, StoreError>, _ tables: RecordTables) {
        guard let question = settle(number, result), let code = question.purchasedCode else { return }
        switch result {
        case .failure: return
        case .success(.decided(let outcome, let replayed)):
            if replayed { log.count(.replayed) }
            expect(tables.purchases[code] != nil, "P4: \(code) was answered, and is not on record")
            expect(tables.purchases[code]?.outcome == outcome, "P5: \(code) was answered other bytes than on record")
        case .success(.refused(let refusal)):
            expect(!question.wasDecided, "P5: \(code) was decided, and then refused for \(refusal)")
            check(refusal, of: code, question, tables)
        }
    }

    private func check(_ refusal: PurchaseRefusal, of code: CheckoutCode, _ question: Question, _ tables: RecordTables)
    {
        switch refusal {
        case .checkoutNotFound:
            log.count(.unknownCode)
            expect(tables.checkouts[code] == nil, "P4: the issued code \(code) was not found")
        case .checkoutEmpty:
            log.count(.emptied)
            let wasEmpty = buyer(of: code, question) { $0.openCode == code && $0.cart.isEmpty }
            expect(wasEmpty, "\(code) was called empty, and never was")
        case .saleNotActive, .saleEnded:
            log.count(.refusedWindow)
            let wasClosed = sale(code.sale, question) { $0.purchaseWindow(at: $1) != .open }
            expect(wasClosed, "P2: the sale of \(code) sold, and \(code) was refused for \(refusal)")
        }
    }

    /// A removal was answered.
    func answered(_ number: Int, _ result: Result<RemoveCheckoutItem.Outcome, StoreError>, _ tables: RecordTables) {
        guard let question = settle(number, result), case .remove(let code, let item) = question.kind else { return }
        switch result {
        case .failure: return
        case .success(.removed):
            log.count(.removed)
            let isGone = buyer(of: code, question) { buyer in
                buyer.openCode != code || !buyer.cart.contains { $0.id == item }
            }
            // It may have left and come back in one batch, which is one commit.
            let mayBeBack = wasAsked(near: question, .join(item))
            expect(isGone || mayBeBack, "P4: an item was said to be removed, and never left \(code)")
        case .success(.checkoutNotFound):
            expect(tables.checkouts[code] == nil, "P4: the issued code \(code) was not found")
        case .success(.checkoutCompleted):
            log.count(.removedTooLate)
            expect(tables.purchases[code] != nil, "\(code) was called completed, and is not")
        }
    }

    /// Writes down what became of a question; `nil` when its instance was dead, so that nobody got the answer.
    private func settle<Outcome>(_ number: Int, _ result: Result<Outcome, StoreError>) -> Question? {
        let question = state.withLock { state in
            switch result {
            case .success: state.questions[number].fate = .settled
            case .failure(let error): state.questions[number].fate = error.code == .unknown ? .open : .notDone
            }
            return state.questions[number]
        }
        if case .failure(let error) = result, error.message.contains("moved on") { log.count(.superseded) }
        let isInTime = scheduler.now <= question.deadline + Self.lateness
        expect(isInTime || question.host.wasPaused(since: question.askedAt), "an answer came after its deadline")
        return question
    }

    /// As many attempts are on record, or promised to be, as were answered (P6).
    private func checkOnRecord(_ question: Question, _ item: ItemID, _ outcome: String) {
        let kind = AttemptKind(user: question.user, item: item, outcome: outcome)
        let (answered, known) = state.withLock { state in
            state.answered[kind, default: 0] += 1
            let promised = state.promised.values.count { AttemptKind($0.attempt) == kind }
            return (state.answered[kind] ?? 0, promised + (state.recorded[kind] ?? 0))
        }
        expect(answered <= known, "P6: \(question.user)'s attempt at \(item), \(outcome), is not on record")
    }

    /// Whether its user asked for that too, lately enough that both may have been decided together.
    private func wasAsked(near question: Question, _ kind: Question.Kind) -> Bool {
        state.withLock { state in
            state.questions.contains { other in
                other.kind == kind && other.user == question.user && other.askedAt >= question.askedAt - .seconds(10)
            }
        }
    }

    private func buyer(of code: CheckoutCode, _ question: Question, _ condition: (Buyer) -> Bool) -> Bool {
        let key = BuyerKey(sale: code.sale, user: question.user)
        let history = state.withLock { $0.buyers[key] }
        guard let history else { return false }
        return history.satisfied(from: question.askedAt, to: scheduler.now) { buyer, _, _ in condition(buyer) }
    }

    private func sale(_ id: SaleID, _ question: Question, _ condition: (Sale, Timestamp) -> Bool) -> Bool {
        let history = state.withLock { $0.sales[id] }
        return history?.satisfied(from: question.askedAt, to: scheduler.now) { sale, from, to in
            condition(sale, epoch.adding(from.duration)) || condition(sale, epoch.adding(to.duration))
        } ?? false
    }
}
