import Foundation
import History
import Kernel
import Postgres
import Sales

// Who has which cart.
extension PlantedBug {
    static let cartBugs = [
        PlantedBug(
            name: "the open code is taken from the instance's memory",
            caughtBy: .oneOpenCode,
            scene: Scene { $0.sharedUsers = 50 }
        ) { $0.trustRememberedCarts() },
        PlantedBug(
            name: "cart and version are read in two statements",
            caughtBy: .removalsHold,
            scene: Scene(items: 400, limit: 6) { plan in
                plan.sharedUsers = 70
                plan.removals = 60
            }
        ) { $0.readCartsEarlier() },
        PlantedBug(
            name: "two checkouts of a buyer in one batch see the same state",
            caughtBy: .noLostAcknowledgement,
            scene: Scene(limit: 6) { plan in
                plan.sharedUsers = 85
                plan.clients = 32
            }
        ) { $0.decideBuyersTwice() },
        PlantedBug(
            name: "user ids that look alike are one user",
            caughtBy: .noLostAcknowledgement
        ) { bench in
            let known = Shared([String: UserID]())
            bench.ports.checkoutCommitter = PatchedCheckouts(base: bench.ports.checkoutCommitter) { request in
                let user = known.change { known in
                    // String compares canonically: the mistake.
                    if let first = known[request.userID.text.string] { return first }
                    known[request.userID.text.string] = request.userID
                    return request.userID
                }
                return .pass(request.of(user))
            }
        },
        PlantedBug(
            name: "the limit is not compared",
            caughtBy: .limits,
            scene: Scene(limit: 2) { $0.sharedUsers = 60 },
            sql: "ALTER TABLE buyers DROP CONSTRAINT buyers_limit"
        ) { bench in
            bench.decideCheckouts { batch, state in
                var state = state
                for key in state.buyers.keys { state.buyers[key]?.limit = 1000 }
                for sale in state.sales.keys { state.sales[sale]?.itemsPerUser = 1000 }
                return CheckoutDecision.decide(batch, state)
            }
        },
        PlantedBug(
            name: "a counter of attempts is taken for the cart",
            caughtBy: .refusalsHaveCause,
            scene: Scene { $0.sharedUsers = 50 }
        ) { bench in
            let counts = Shared([UserID: Int]())
            bench.ports.checkoutCommitter = PatchedCheckouts(base: bench.ports.checkoutCommitter) { request in
                let count = counts.change { counts in
                    counts[request.userID, default: 0] += 1
                    return counts[request.userID, default: 0]
                }
                return count > 3 ? .refuse(.userLimit) : .pass(request)
            }
        },
    ]
}

extension CheckoutRequest {
    /// The same request by somebody else.
    fileprivate func of(_ user: UserID) -> CheckoutRequest {
        CheckoutRequest(
            attemptID: attemptID,
            userID: user,
            itemID: itemID,
            item: item,
            sale: sale,
            secret: secret
        )
    }
}

extension Workbench {
    /// What an instance remembers of a buyer counts for more than the buyer's row.
    fileprivate func trustRememberedCarts() {
        let memory = Shared([BuyerKey: Buyer]())
        decideCheckouts { batch, state in
            var state = state
            for (key, row) in state.buyers where row.openCode != nil {
                let remembered = memory.value[key]
                state.buyers[key]?.openCode = remembered?.openCode
                state.buyers[key]?.cart = remembered?.cart ?? []
            }
            let decision = CheckoutDecision.decide(batch, state)
            let written = decision.writes.buyers
            let closed = state.buyers.filter { $0.value.openCode == nil }.keys
            memory.change { memory in
                for key in closed { memory[key] = nil }
                for row in written { memory[row.key] = row.buyer }
            }
            return decision
        }
    }

    /// The carts are read, a few milliseconds pass, and the buyers' rows are read.
    fileprivate func readCartsEarlier() {
        let carts = Shared([CheckoutCode: [Int32]]())
        let database = database
        writePurchases(decide: { batch, state in
            var state = state
            for (code, cart) in carts.value {
                guard let checkout = state.checkouts[code], checkout.isOpen else { continue }
                state.checkouts[code] = checkout.holding(cart, of: code)
            }
            return PurchaseDecision.decide(batch, state)
        }) { base in
            let transaction = base(nil)
            var connection: PostgresConnection?
            return PatchedTransaction { batch, isRerun in
                do {
                    let reader =
                        try connection
                        ?? PostgresConnection(PostgresConfiguration(url: database), deadline: .now + .seconds(5))
                    connection = reader
                    carts.set(try Self.carts(of: batch.map(\.code), on: reader))
                } catch { return .unavailable }
                usleep(10_000)
                return transaction.attempt(batch, isRerun: isRerun)
            }
        }
    }

    private static func carts(
        of codes: [CheckoutCode],
        on connection: PostgresConnection
    ) throws -> [CheckoutCode: [Int32]] {
        let statement = PostgresStatement(
            name: "",
            "SELECT sale_no, open_code, cart FROM buyers WHERE open_code = ANY ($1::uuid[])"
        )
        let rows = try connection.query(
            statement,
            PostgresParameters { $0.uuidArray(codes.map { ($0.secret.high, $0.secret.low) }) },
            within: .seconds(5)
        )
        var carts: [CheckoutCode: [Int32]] = [:]
        for row in rows {
            let (high, low) = try row.uuid(1)
            let code = CheckoutCode(
                sale: SaleID(number: try row.int64(0)),
                secret: CodeSecret(storedHigh: high, low: low)
            )
            carts[code] = try row.int32Array(2)
        }
        return carts
    }

    /// Of several checkouts of a buyer only the last is written; the others are answered by the state before.
    fileprivate func decideBuyersTwice() {
        let seen = Shared(CheckoutState?.none)
        writeCheckouts(decide: { batch, state in
            seen.set(state)
            return CheckoutDecision.decide(batch, state)
        }) { transaction, _ in
            PatchedTransaction { batch, isRerun in
                var last: [UserID: Int] = [:]
                for (index, command) in batch.enumerated() {
                    if case .join(let request) = command { last[request.userID] = index }
                }
                let written = batch.indices.filter { index in
                    guard case .join(let request) = batch[index] else { return true }
                    return last[request.userID] == index
                }
                let result = transaction.attempt(written.map { batch[$0] }, isRerun: isRerun)
                guard case .committed(let outcomes) = result, let state = seen.value else { return result }
                let answers = Dictionary(uniqueKeysWithValues: zip(written, outcomes))
                return .committed(
                    batch.indices.map { answers[$0] ?? CheckoutDecision.decide([batch[$0]], state).outcomes[0] }
                )
            }
        }
    }
}

extension RedeemableCheckout {
    /// The same checkout with another cart.
    fileprivate func holding(_ cart: [Int32], of code: CheckoutCode) -> RedeemableCheckout {
        let lines = cart.map { number in
            let key = ItemKey(sale: code.sale, number: number)
            let known = self.lines.first { $0.item.key == key }
            let item = Item(
                key: key,
                id: ItemID(generated: key),
                name: "",
                imageURL: "",
                price: Money(amountMinor: 0, currency: "EUR")
            )
            return known ?? CartLine(item: item, isSold: false)
        }
        return RedeemableCheckout(
            user: user,
            version: version,
            isOpen: isOpen,
            bought: bought,
            limit: limit,
            lines: lines,
            outcome: outcome
        )
    }
}
