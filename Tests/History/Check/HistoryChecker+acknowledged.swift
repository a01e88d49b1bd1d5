import Kernel

// What clients were told, against the record, and the record against what clients asked.
extension HistoryChecker {
    mutating func checkAcknowledgements() {
        for operation in run.operations {
            switch operation.question.call {
            case .purchase, .findPurchase: checkOutcome(operation)
            case .checkout: if operation.ending == .ok { checkJoined(operation) }
            case .remove, .listItems, .pause, .resume, .end, .kill: continue
            }
        }
    }

    private mutating func checkOutcome(_ operation: Operation) {
        guard let outcome = operation.outcome, let code = operation.question.code else { return }
        guard let purchase = run.record.purchases[code] else {
            return verdict.add(.noLostAcknowledgement, "an outcome was answered that is not on record", [operation])
        }
        if purchase.status != outcome.status || !outcome.body.utf8.elementsEqual(purchase.body.utf8) {
            let message = "another outcome was answered than is on record: \(outcome.body) against \(purchase.body)"
            verdict.add(.noLostAcknowledgement, message, [operation])
        }
    }

    /// An accepted item is in its code, unless somebody may have taken it out later.
    private mutating func checkJoined(_ operation: Operation) {
        guard let user = operation.question.user, let item = operation.question.item, let code = operation.answer?.code
        else { return verdict.add(.noLostAcknowledgement, "an accepted checkout names no code", [operation]) }
        guard run.record.checkouts[code] == user else {
            return verdict.add(.noLostAcknowledgement, "\(code) is not on record as \(user)'s", [operation])
        }
        if run.cart(of: code)?.contains(item) == true { return }
        let removals = run.removals[RunIndex.Line(code: code, item: item)] ?? []
        if removals.contains(where: { $0.ending != .refused && $0.end >= operation.start }) { return }
        verdict.add(.noLostAcknowledgement, "\(item) was accepted into \(code) and is not in it", [operation])
    }

    mutating func checkRemovals() {
        for (line, removals) in run.removals {
            guard let removal = removals.last(where: { $0.ending == .ok }),
                let cart = run.cart(of: line.code), cart.contains(line.item),
                let user = run.record.checkouts[line.code]
            else { continue }
            let checkouts = run.checkouts[RunIndex.Wish(user: user, item: line.item)] ?? []
            let mayBeBack = checkouts.contains { $0.ending != .refused && $0.end >= removal.start }
            if !mayBeBack {
                verdict.add(.removalsHold, "\(line.item) was taken out of \(line.code) and is in it", [removal])
            }
        }
    }

    mutating func checkPhantoms() {
        for (code, purchase) in run.record.purchases {
            if run.purchases[code] == nil { verdict.add(.noPhantom, "nobody presented \(code), and it is decided") }
            if run.record.checkouts[code] != purchase.user {
                verdict.add(.noPhantom, "\(code) is decided for \(purchase.user), who did not open it")
            }
            for item in purchase.cart { checkAsked(item, by: purchase.user, code) }
        }
        for (code, user) in run.record.checkouts where run.checkoutsByUser[user] == nil {
            verdict.add(.noPhantom, "\(code) was opened for \(user), who asked for nothing")
        }
        for (user, buyer) in run.record.buyers {
            for item in buyer.cart { checkAsked(item, by: user, buyer.openCode ?? "no code") }
        }
    }

    private mutating func checkAsked(_ item: ExactText, by user: ExactText, _ code: String) {
        let asked = run.checkouts[RunIndex.Wish(user: user, item: item)] ?? []
        if !asked.contains(where: { $0.ending != .refused }) {
            verdict.add(.noPhantom, "\(code) holds \(item), which \(user) was never given", asked)
        }
    }
}
