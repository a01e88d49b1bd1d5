import API
import History
import Kernel
import Sales

// What a client is told the second time, and what is kept of it.
extension PlantedBug {
    static let answerBugs = [
        PlantedBug(
            name: "Redis refuses a purchase",
            caughtBy: .replaysIdentical
        ) { bench in
            let (ports, board) = (bench.ports, bench.board)
            bench.ports.purchaseCommitter = PatchedPurchases { request, deadline in
                if let lost = await ports.allSold(request.code, board) { return .committed(lost) }
                return await ports.purchaseCommitter.commit(request, by: deadline)
            }
        },
        PlantedBug(
            name: "a replay is rendered anew",
            caughtBy: .replaysIdentical
        ) { bench in
            let encoder = RememberingEncoder()
            bench.writePurchases(encoder: encoder) { $0(nil) }
            let (board, base) = (bench.board, bench.ports.purchaseCommitter)
            bench.ports.purchaseCommitter = PatchedPurchases { request, deadline in
                let commitment = await base.commit(request, by: deadline)
                guard case .committed(.decided(_, replayed: true)) = commitment, let now = board.recordClock(at: .now),
                    let outcome = encoder.again(request.code, at: now)
                else { return commitment }
                return .committed(.decided(outcome, replayed: true))
            }
        },
        PlantedBug(
            name: "refusals from memory are not put on record",
            caughtBy: .attemptsPersisted,
            scene: Scene { $0.soldItems = 40 }
        ) { bench in
            bench.ports.checkoutCommitter = PatchedCheckouts(base: bench.ports.checkoutCommitter, records: false)
        },
    ]
}

extension Sales.Ports {
    /// The outcome of a code whose items are all sold, as far as the gate knows.
    fileprivate func allSold(_ code: CheckoutCode, _ board: SaleBoard) async -> PurchaseOutcome? {
        // An unreadable record is the real committer's business.
        guard let checkout = try? await checkouts.checkout(code, by: .now + .seconds(1)), !checkout.items.isEmpty,
            let epoch = board.epoch(of: code.sale, at: .now), let now = board.recordClock(at: .now)
        else { return nil }
        for id in checkout.items {
            guard let item = id.generatedKey,
                await checkoutGate.admit(UserID(stored: "nobody"), item, epoch: epoch) == .sold
            else { return nil }
        }
        let lost = Purchase(
            code: code,
            userID: checkout.userID,
            items: [],
            failures: checkout.items.map { .init(id: $0, reason: .alreadySold) },
            decidedAt: now
        )
        return .decided(JSONOutcomeEncoder().encode(lost), replayed: true)
    }
}

/// Renders purchases, and can do so again.
private final class RememberingEncoder: OutcomeEncoder {
    private let purchases = Shared([CheckoutCode: Purchase]())

    func encode(_ purchase: Purchase) -> StoredOutcome {
        purchases.change { $0[purchase.code] = purchase }
        return JSONOutcomeEncoder().encode(purchase)
    }

    func again(_ code: CheckoutCode, at now: Timestamp) -> StoredOutcome? {
        purchases.value[code].map { purchase in
            JSONOutcomeEncoder().encode(
                Purchase(
                    code: code,
                    userID: purchase.userID,
                    items: purchase.items,
                    failures: purchase.failures,
                    decidedAt: now
                )
            )
        }
    }
}
