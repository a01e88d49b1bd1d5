import ArgumentParser

/// What a run does.
enum ScenarioName: String, CaseIterable, ExpressibleByArgument, Sendable {
    case checkout, purchase, flow, contend, rush, soldout, browse, realistic

    var meaning: String {
        switch self {
        case .checkout: "fresh users check unsold items out"
        case .purchase: "codes that were made before are redeemed"
        case .flow: "a fresh user checks items out and purchases them"
        case .contend: "many users want few items, until those are sold out"
        case .rush: "--users shoppers buy a whole sale from its opening second on"
        case .soldout: "checkouts after the last item is sold"
        case .browse: "sale and item pages"
        case .realistic: "aggressive, normal and browsing shoppers with think times"
        }
    }

    /// Whether it ends with the last item, so that all of it is measured.
    var sellsOut: Bool { self == .contend || self == .rush }
}
