import API
import History
import Kernel
import Sales

@testable import FlashSale
@testable import PostgresStores

// What memory and gate take for a fact.
extension PlantedBug {
    static let factBugs = [
        PlantedBug(
            name: "facts are told before the commit",
            caughtBy: .soldIsFinal,
            scene: .someFailForGood
        ) { bench in
            let (knowledge, board) = (bench.knowledge, bench.board)
            bench.decidePurchases { batch, state in
                let decision = PurchaseDecision.decide(batch, state)
                for decided in decision.purchases {
                    let sale = decided.purchase.code.sale
                    guard let epoch = board.epoch(of: sale, at: .now) else { continue }
                    var facts = CommittedFacts(sale: sale, epoch: epoch)
                    facts.sold = decided.purchase.items.map(\.key.number)
                    knowledge.publish([facts])
                }
                return decision
            }
        },
        PlantedBug(
            name: "a late fact is told under the epoch of the moment",
            caughtBy: .soldIsFinal,
            scene: .lateFacts
        ) { bench in
            let board = bench.board
            bench.ports.checkoutGate = PatchedGate(
                base: bench.ports.checkoutGate,
                facts: { facts in
                    guard let epoch = board.epoch(of: facts.sale, at: .now) else { return facts }
                    var late = CommittedFacts(sale: facts.sale, epoch: epoch)
                    late.sold = facts.sold
                    late.full = facts.full
                    late.decided = facts.decided
                    return late
                }
            )
        },
        PlantedBug(
            name: "what the filter may contain is refused as sold",
            caughtBy: .soldIsFinal,
            scene: .saturatedFilter
        ) { bench in
            let board = bench.board
            bench.ports.checkoutGate = PatchedGate(
                base: bench.ports.checkoutGate,
                admission: { admission, item in
                    board.knowledge(of: item.sale)?.filter == nil ? admission : .sold
                }
            )
        },
        PlantedBug(
            name: "a checkout reserves its items",
            caughtBy: .soldIsFinal
        ) { bench in
            let holders = Shared([ItemKey: UserID]())
            bench.ports.checkoutCommitter = PatchedCheckouts(base: bench.ports.checkoutCommitter) { request in
                guard let item = request.item else { return .pass(request) }
                let holder = holders.change { holders in
                    if holders[item] == nil { holders[item] = request.userID }
                    return holders[item]
                }
                return holder == request.userID ? .pass(request) : .refuse(.itemSold)
            }
        },
        PlantedBug(
            name: "a checkout does not look whether the unit is sold",
            caughtBy: .equalAnswers,
            scene: Scene(settings: ["--sold-bits=off", "--bloom-filter=off"]) { $0.soldItems = 40 }
        ) { bench in
            bench.ports.checkoutGate = PatchedGate(base: bench.ports.checkoutGate, admission: { _, _ in .go })
            bench.decideCheckouts { batch, state in
                var state = state
                for unit in state.units.keys { state.units[unit] = false }
                return CheckoutDecision.decide(batch, state)
            }
        },
    ]
}

extension Scene {
    /// Purchases of one user in five fail for good, whenever they are tried.
    static let someFailForGood = Scene(
        crowd: { $0.patience = .milliseconds(300) },
        sql: """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'planted' USING ERRCODE = '22000';
            END $$;
            CREATE TRIGGER fail BEFORE INSERT ON purchases FOR EACH ROW
            WHEN (NEW.user_id ~ '[05]$') EXECUTE FUNCTION fail()
            """
    )

    /// The gate's epoch is raised, and then facts of the one before arrive, as from an instance that had stopped.
    static let lateFacts = Scene(
        settings: ["--bloom-filter=off"],
        before: { shop, sale in
            let before = try await shop.openGate(of: sale)
            try await shop.instances[0].sales.repository.raiseGateEpoch(
                of: sale.id,
                by: AuditActor("test"),
                reason: "units came back"
            )
            _ = try await shop.openGate(of: sale)
            var facts = CommittedFacts(sale: sale.id, epoch: before)
            facts.sold = Array(1...60)
            shop.gates[0].observe([facts])
        }
    )

    /// Every instance has a filter that says yes to everything, and none newer.
    static let saturatedFilter = Scene(
        before: { shop, sale in
            let epoch = try await shop.openGate(of: sale)
            let bytes = [1] + [UInt8](repeating: 0xFF, count: 8)
            guard let bloom = BloomFilter(bytes: bytes) else { throw StoreError(.corrupt, "no filter") }
            let filter = SoldItemFilter(generation: 9_000_000_000_000_000_000, bloom: bloom)
            for instance in shop.instances {
                instance.sales.board.learn(filter, sold: SoldUnits([Int32]()), of: sale.id, epoch: epoch)
            }
        }
    )
}
