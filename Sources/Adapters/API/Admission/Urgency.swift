/// How much a request matters when not all can be served: a code in hand before a new one, both before looking around.
public enum Urgency: Int, CaseIterable, Sendable {
    /// Reads sales and items.
    case browsing
    /// Fills or reads a cart.
    case checkout
    /// Redeems a code, or asks what became of it.
    case purchase

    /// The word in metrics.
    public var word: String {
        switch self {
        case .browsing: "browsing"
        case .checkout: "checkout"
        case .purchase: "purchase"
        }
    }

    /// The share of all requests in flight at which no further ones of this class are let in.
    var share: Double {
        switch self {
        case .browsing: 0.5
        case .checkout: 0.75
        case .purchase: 1
        }
    }
}
