import History
import Kernel
import Sales

@testable import FlashSale

// When a sale sells.
extension PlantedBug {
    static let timeBugs = [
        PlantedBug(
            name: "the window is the instance's clock's, an hour slow",
            caughtBy: .windowRespected,
            scene: .ending,
            sql: expectation("what <> 'open sales'")
        ) { bench in
            bench.decideCheckouts { batch, state in
                var state = state
                state.now = state.now.adding(seconds: -3600)
                return CheckoutDecision.decide(batch, state)
            }
            bench.decidePurchases { batch, state in
                var state = state
                state.now = state.now.adding(seconds: -3600)
                return PurchaseDecision.decide(batch, state)
            }
        },
        PlantedBug(
            name: "an instance sells by the sale as it first saw it",
            caughtBy: .windowRespected,
            scene: .paused,
            sql: expectation("what <> 'open sales'")
        ) { bench in
            let first = Shared([SaleID: Sale]())
            bench.decideCheckouts { batch, state in
                var state = state
                let read = state.sales
                state.sales = first.change { first in
                    first.merge(read) { known, _ in known }
                    return first
                }
                return CheckoutDecision.decide(batch, state)
            }
        },
    ]
}

extension Scene {
    /// The sale ends while the crowd still asks.
    static let ending = Scene(
        items: 600,
        seconds: 1,
        crowd: { plan in
            plan.operationsPerSecond = 900
            plan.maxOperations = 2200
        }
    )

    /// An operator stops the sale for a while.
    static let paused = Scene(
        items: 600,
        crowd: { plan in
            plan.operationsPerSecond = 900
            plan.maxOperations = 1600
        },
        meanwhile: { shop, sale, recorder in
            for (command, call) in [(ControlSale.Command.pause, Operation.Call.pause), (.resume, .resume)] {
                try await Task.sleep(for: .milliseconds(500))
                guard let id = recorder.begin(.init(process: -1, call, node: 0)) else { return }
                let result = try await shop.instances[0].sales.controlSale.execute(
                    command,
                    on: sale.id,
                    by: AuditActor("test")
                )
                guard case .success = result else { continue }
                recorder.end(id, .init(.ok))
            }
        }
    )
}
