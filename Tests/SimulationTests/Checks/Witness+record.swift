import Kernel
import Sales
import Synchronization
import TestSupport

extension Witness {
    /// Holds every change of the record to the promises.
    func recordChanged(_ before: RecordTables, _ after: RecordTables, at now: Timestamp) {
        remember(after)
        count(after.attemptsInOrder[before.attemptsInOrder.count...])
        for code in after.purchasesInOrder[before.purchasesInOrder.count...] {
            checkPurchase(code, before, after, at: now)
        }
        for code in before.purchasesInOrder {
            expect(after.purchases[code] == before.purchases[code], "P5: the outcome of \(code) has changed")
        }
        for (key, unit) in after.units where before.units[key]?.soldTo != unit.soldTo {
            guard let code = unit.soldTo else { continue }
            let isTold = after.purchases[code]?.outcome.bought.contains(key.number) ?? false
            expect(isTold, "P5: unit \(key.number) was sold under \(code), whose outcome does not say so")
            expect(before.units[key]?.soldTo == nil, "P1: unit \(key.number) was sold a second time")
        }
        for (key, buyer) in after.buyers where before.buyers[key] != buyer {
            checkBuyer(key, buyer, before.buyers[key], after, at: now)
        }
        if before.checkouts != after.checkouts || before.buyers != after.buyers { checkCodes(after) }
        gateChanged(after)
    }

    private func remember(_ tables: RecordTables) {
        let now = scheduler.now
        state.withLock { state in
            for (key, unit) in tables.units { state.sold[key, default: Timeline()].note(unit.soldTo != nil, at: now) }
            for (key, buyer) in tables.buyers { state.buyers[key, default: Timeline()].note(buyer, at: now) }
            for (id, sale) in tables.sales { state.sales[id, default: Timeline()].note(sale, at: now) }
        }
    }

    private func count(_ attempts: ArraySlice<CheckoutAttempt>) {
        for attempt in attempts {
            let wasPromised = state.withLock { state in
                if let promised = state.promised[attempt.id] { return promised.attempt == attempt }
                state.recorded[AttemptKind(attempt), default: 0] += 1
                return false
            }
            if wasPromised { log.count(.riderWritten) }
        }
    }

    private func checkPurchase(_ code: CheckoutCode, _ before: RecordTables, _ after: RecordTables, at now: Timestamp) {
        guard let decided = after.purchases[code], let sale = after.sales[code.sale] else { return }
        let buyer = before.buyers[BuyerKey(sale: code.sale, user: decided.user)]
        expect(buyer?.openCode == code, "P5: \(code) was decided though it was not open")
        expect(buyer?.cart == decided.cart, "\(code) was decided by a cart that had changed")
        expect(sale.purchaseWindow(at: now) == .open, "\(code) was decided while its sale did not sell")
        let bought = decided.outcome.bought
        for number in bought {
            let unit = after.units[ItemKey(sale: code.sale, number: number)]
            expect(unit?.soldTo == code, "P1: \(code) names unit \(number), which is not its own")
        }
        let lost = decided.cart.map(\.number).filter { !bought.contains($0) }
        expect(lost.count == decided.outcome.lostCount, "the outcome of \(code) does not account for its cart")
        for number in lost {
            let unit = after.units[ItemKey(sale: code.sale, number: number)]
            expect(unit?.soldTo != nil, "P2: \(code) did not get unit \(number), which is for sale")
        }
        log.note(40, decided.outcome.body.logWord, text: "\(code) is decided: \(bought)")
        log.count(bought.isEmpty ? .lostAll : lost.isEmpty ? .bought : .boughtPart)
    }

    private func checkBuyer(
        _ key: BuyerKey,
        _ buyer: Buyer,
        _ before: Buyer?,
        _ tables: RecordTables,
        at now: Timestamp
    ) {
        guard let sale = tables.sales[key.sale] else { return }
        let inCart = Int32(buyer.cart.count)
        expect(buyer.bought + inCart <= sale.itemsPerUser, "P3: \(key.user) is above the limit")
        var bought = 0
        for (code, decided) in tables.purchases where code.sale == key.sale && decided.user == key.user {
            bought += decided.outcome.bought.count { number in
                let unit = ItemKey(sale: key.sale, number: number)
                return tables.takenBack[unit]?.contains(code) != true
            }
        }
        expect(Int(buyer.bought) == bought, "\(key.user) has bought \(bought), and the row says \(buyer.bought)")
        let grew = buyer.cart.contains { line in before?.cart.contains(line) != true }
        if grew {
            expect(sale.checkoutWindow(at: now) == .open, "an item joined a cart while the sale did not sell")
        }
    }

    /// A code is its buyer's open one, or decided, never both or neither.
    private func checkCodes(_ tables: RecordTables) {
        for (code, user) in tables.checkouts {
            let isOpen = tables.buyers[BuyerKey(sale: code.sale, user: user)]?.openCode == code
            let isDecided = tables.purchases[code] != nil
            expect(isOpen != isDecided, "\(code) is \(isOpen ? "open and decided" : "neither open nor decided")")
        }
    }

    /// Facts that the gate holds under the present epoch are true (P7).
    func gateChanged(_ tables: RecordTables) {
        for (id, _) in tables.sales {
            let keys = gate.keys(of: id)
            guard let epoch = tables.epoch(of: id)?.description, keys.epoch == epoch else { continue }
            for number in keys.sold where tables.units[ItemKey(sale: id, number: number)]?.soldTo == nil {
                violated("P2: the gate calls unit \(number) sold, and it is not")
            }
            for user in keys.full {
                let isFull = tables.buyers[BuyerKey(sale: id, user: user)].map { $0.bought >= $0.limit } ?? false
                expect(isFull, "P2: the gate calls \(user) full, who is not")
            }
            for (code, done) in keys.done where done.epoch == epoch {
                expect(tables.purchases[code]?.outcome == done.outcome, "P5: the gate replays what \(code) is not")
            }
        }
    }
}
