import Kernel
import Sales
import Synchronization
import TestSupport

extension Witness {
    /// What must hold however a run ended: nothing is on record that nobody asked for or that was denied.
    func checkEnd(_ tables: RecordTables) {
        let (questions, promised) = state.withLock { ($0.questions, $0.promised) }
        for code in tables.purchasesInOrder {
            let asked = questions.filter { $0.purchasedCode == code }
            expect(!asked.isEmpty, "\(code) was bought, and nobody asked for it")
            expect(asked.contains { $0.fate != .notDone }, "P4: \(code) was said not to be bought, and was")
        }
        var possible: [AttemptKind: Int] = [:]
        for question in questions where question.fate != .notDone {
            guard case .join(let item) = question.kind else { continue }
            possible[AttemptKind(user: question.user, item: item, outcome: ""), default: 0] += 1
        }
        for attempt in tables.attemptsInOrder {
            let kind = AttemptKind(user: attempt.userID, item: attempt.itemID, outcome: "")
            possible[kind, default: 0] -= 1
        }
        for (kind, left) in possible {
            expect(left >= 0, "more attempts of \(kind.user) at \(kind.item) are on record than were made")
        }
        for (id, entry) in promised where tables.attempts[id] != nil {
            expect(tables.attempts[id] == entry.attempt, "P6: a promised attempt is on record as another")
        }
        for sale in tables.sales.values {
            let isSoldOut = sale.totalItems > 0 && tables.units(of: sale.id).allSatisfy { $0.soldTo != nil }
            if isSoldOut { log.count(.soldOut) }
            let equivalent = tables.buyers.keys.count { $0.sale == sale.id && $0.user.description == "caf\u{E9}" }
            if equivalent == 2 { log.count(.equivalentUsers) }
        }
    }

    /// The sales whose stock late shoppers can be expected to buy up.
    func salesToSell(at now: Timestamp) -> [SaleID] {
        let later = now.adding(seconds: 120)
        return state.withLock { state in
            state.sales.values.compactMap(\.last).filter {
                $0.checkoutWindow(at: now) == .open && $0.checkoutWindow(at: later) == .open
            }.map(\.id).sorted()
        }
    }

    /// Asks again for every code whose fate nobody knows; each must be answered for good.
    func settleDoubts(in world: World, by end: VirtualTime) async {
        for code in doubtfulCodes {
            let user = world.record.tables.checkouts[code] ?? UserID(stored: "nobody")
            let visitor = Visitor(world, user: user, dice: Dice(seed: world.scenario.seed, 77))
            while scheduler.now < end, doubtfulCodes.contains(code) {
                _ = await visitor.purchase(code)
                await scheduler.sleep(.milliseconds(50))
            }
        }
        expect(doubtfulCodes.isEmpty, "P5: the outcome of a code stays unknown in calm")
    }

    /// What must hold again after a while of calm.
    func checkRecovery(_ world: World) {
        let tables = world.record.tables
        for (id, entry) in state.withLock({ $0.promised }) where entry.host.isAlive {
            expect(tables.attempts[id] != nil, "P6: a living instance has not written the attempt it promised")
        }
        for sale in salesToSell(at: world.record.now) {
            let sold = Set(tables.units(of: sale).filter { $0.soldTo != nil }.map(\.item.key.number))
            let keys = gate.keys(of: sale)
            expect(keys.epoch == tables.epoch(of: sale)?.description, "P7: the gate was not rebuilt")
            expect(keys.sold == sold, "P7: the gate holds \(keys.sold.count) sold units, and there are \(sold.count)")
            for instance in world.instances {
                let known = instance.sales.board.knowledge(of: sale)
                expect(known?.sale == tables.sales[sale], "an instance does not know the sale as it is")
                let age = known?.filter.map { world.record.now.microseconds - $0.generation } ?? .max
                expect(age < 6_000_000, "an instance's filter is \(age) µs old")
            }
        }
        if world.scenario.isScheduled {
            for slot in SaleSchedule.hourly.slots(at: world.record.now) {
                expect(tables.slots[slot.startsAt] != nil, "P8: the slot of \(slot.startsAt) has no sale")
            }
        }
    }
}
