import Foundation

/// Everything about a run that follows from its scenario where it was not given.
struct RunSizes {
    /// More operations a second than are to be expected, to size sales by.
    private static let expectedRate = 30_000.0
    private static let largestSale = 1_000_000

    private let scenario: ScenarioName
    private let options: LoadOptions

    init(_ scenario: ScenarioName, _ options: LoadOptions) {
        self.scenario = scenario
        self.options = options
    }

    var warmUp: Double { options.warmUp ?? (scenario.sellsOut || options.count != nil ? 0 : 2) }

    var items: Int {
        if let items = options.items { return items }
        switch scenario {
        case .rush, .browse, .realistic: return 10_000
        case .contend, .soldout: return 1000
        case .checkout: return 100_000
        case .flow, .purchase:
            let seconds = warmUp + options.duration
            let operations = options.rate.map { $0 * seconds * 1.02 + 100 } ?? Self.expectedRate * seconds
            let wanted = Double(min(options.count ?? .max, Int(operations))) * Double(options.itemsPerCheckout)
            return min(Int(wanted), Self.largestSale)
        }
    }

    /// Shoppers of a scenario that has a population; else `nil` for fresh users.
    var users: Int? {
        switch scenario {
        case .rush: options.users ?? 5000
        case .contend: options.users ?? 10_000
        case .realistic: options.users ?? 1000
        default: options.users
        }
    }

    /// The usual limit, or one that lets a small population go on to the end.
    var itemsPerUser: Int {
        if let limit = options.itemsPerUser { return limit }
        guard scenario == .flow || scenario == .purchase, let users = options.users else {
            return max(10, options.itemsPerCheckout)
        }
        return min(10_000, max(10, items / users + 1))
    }

    var label: String {
        if let label = options.label { return label }
        let pace = options.rate.map { "\(Self.number($0))/s" } ?? "\(options.connections)"
        return "\(scenario.rawValue) \(pace)"
    }

    func wishes(_ startedAt: Date) -> Wishes {
        let run = String(Int(startedAt.timeIntervalSince1970 * 1000), radix: 36)
        return Wishes(
            itemsPerCheckout: options.itemsPerCheckout,
            users: scenario == .flow || scenario == .checkout || scenario == .contend ? users : nil,
            seed: options.seed,
            shuffledBlock: options.order.shuffledBlock(items: items),
            userPrefix: "u\(run)-"
        )
    }

    func plan(_ endpoints: [Endpoint]) -> RunPlan {
        RunPlan(
            endpoints: endpoints,
            connections: options.connections,
            pacing: pacing,
            warmUp: warmUp,
            duration: options.duration,
            count: options.count,
            timeout: options.timeout
        )
    }

    private var pacing: RunPlan.Pacing {
        switch scenario {
        case .rush: .shoppers(fromWish: false)
        case .realistic: .shoppers(fromWish: true)
        default: options.rate.map { .open(perSecond: $0) } ?? .closed
        }
    }

    /// For the report.
    var described: [String: String] {
        var described = [
            "url": (options.url.isEmpty ? ["http://127.0.0.1:8080"] : options.url).joined(separator: " "),
            "connections": "\(options.connections)", "duration": Self.number(options.duration),
            "warm_up": Self.number(warmUp), "items": "\(items)", "items_per_user": "\(itemsPerUser)",
            "items_per_checkout": "\(options.itemsPerCheckout)", "seed": "\(options.seed)",
            "order": options.order.rawValue, "readers": "\(options.readers)", "users": users.map { "\($0)" } ?? "fresh",
        ]
        described["rate"] = options.rate.map(Self.number)
        described["count"] = options.count.map { "\($0)" }
        described["sale"] = options.sale
        return described
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
