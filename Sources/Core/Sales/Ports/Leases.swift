/// Claims on work that one instance should do, which expire by themselves.
///
/// Harmless when two instances do it.
public protocol Leases: Sendable {
    /// Claims the work of a name for `duration`, or renews one's own claim.
    func take(_ name: LeaseName, for duration: Duration) async -> LeaseAnswer

    /// Gives a claim back, if it is still one's own; not awaited.
    func release(_ name: LeaseName)
}

/// Work that one instance should do.
public enum LeaseName: Hashable, Sendable {
    /// Rebuild the sold-item filter of a sale.
    case filter(SaleID)
    /// Rebuild the gate of a sale.
    case gate(SaleID)
    /// Audit a sale.
    case audit(SaleID)

    /// The sale it is about.
    public var sale: SaleID {
        switch self {
        case .filter(let sale), .gate(let sale), .audit(let sale): sale
        }
    }
}

/// What came of claiming a lease.
public enum LeaseAnswer: Hashable, Sendable {
    /// It is ours.
    case taken
    /// Another instance has it.
    case held
    /// Nobody can tell; do the work.
    case unreachable
}
