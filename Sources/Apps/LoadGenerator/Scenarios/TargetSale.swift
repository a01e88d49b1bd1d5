/// The sale under load, whose items have generated ids.
struct TargetSale: Sendable {
    /// Such as `S-0000000001`.
    let id: String
    let totalItems: Int
    /// The purchase limit of a user.
    let itemsPerUser: Int
    /// Whether this run made it, so that nobody else buys in it.
    let isOwn: Bool

    /// What ids of its items begin with.
    var itemPrefix: String { "I-\(id.dropFirst(2))-" }
}
