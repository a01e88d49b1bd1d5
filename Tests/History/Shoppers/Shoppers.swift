import Kernel
import Postgres

/// A crowd of recording clients over plain HTTP/1.1: checkouts, removals, purchases, repeated and looked up.
///
/// Some use one account from two devices, some ask for what is sold, some present each other's codes, some names
/// differ in their bytes alone. A call whose answer is unknown is made again, on another instance, until it is known.
public struct Shoppers: Sendable {
    private let plan: ShoppersPlan
    private let recorder: HistoryRecorder
    private let market: Market

    /// A crowd that has not begun.
    public init(_ plan: ShoppersPlan, recorder: HistoryRecorder) {
        precondition(!plan.nodes.isEmpty && !plan.items.isEmpty, "shoppers need a shop with something in it")
        self.plan = plan
        self.recorder = recorder
        market = Market(plan)
    }

    /// Shops until the plan's calls are made, everything is sold (where the plan says so), or ``stop()``.
    ///
    /// Returns when every client has come to its end: at latest ``ShoppersPlan/patience`` after that.
    public func run() async {
        let threads = (0..<plan.clients).map { process in
            let (plan, market, recorder) = (plan, market, recorder)
            return DedicatedThread(name: "shopper \(process)") {
                Shopper(process, plan, market, recorder).shop()
            }
        }
        for thread in threads { await thread.join() }
    }

    /// Lets every client finish its present call; purchases of unknown fate are followed to their end.
    public func stop() { market.stop() }

    /// Whether the service has said that nothing is left.
    public var isSoldOut: Bool { market.isSoldOut }
}
