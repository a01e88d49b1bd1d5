import Kernel

/// Whether a sale does something at a given time, and if not, why.
public enum WindowVerdict: Hashable, Sendable {
    /// It does.
    case open
    /// Not now: scheduled (then the opening is known) or paused.
    case notActive(opensAt: Timestamp?)
    /// Never again.
    case ended
}

/// What clients are told about where a sale stands.
public enum SaleStatus: String, Sendable {
    /// Its window has not begun.
    case scheduled
    /// It sells.
    case active
    /// An operator has stopped it for a while.
    case paused
    /// It is over.
    case ended
}

extension Sale {
    /// Whether items can be put into carts at `now`.
    public func checkoutWindow(at now: Timestamp) -> WindowVerdict { window(at: now, grace: 0) }

    /// Whether issued codes can be redeemed at `now`: as checkouts, and during grace.
    public func purchaseWindow(at now: Timestamp) -> WindowVerdict { window(at: now, grace: graceSeconds) }

    /// The end of the window a verdict depends on; `nil` where only the stock ends it.
    public func end(withGrace grace: Int32) -> Timestamp? {
        afterEnd == .runOut ? nil : endsAt.adding(seconds: Int64(grace))
    }

    private func window(at now: Timestamp, grace: Int32) -> WindowVerdict {
        if state == .ended { return .ended }
        if now < startsAt { return .notActive(opensAt: state == .paused ? nil : startsAt) }
        if let end = end(withGrace: grace), now >= end { return .ended }
        return state == .paused ? .notActive(opensAt: nil) : .open
    }

    /// Where the sale stands at `now`, given whether its last unit is sold.
    public func status(at now: Timestamp, soldOut: Bool) -> SaleStatus {
        switch checkoutWindow(at: now) {
        case .ended: .ended
        case .open: soldOut && now >= endsAt ? .ended : .active
        case .notActive: now < startsAt ? .scheduled : .paused
        }
    }

    /// Whether nothing can be bought at `now` or later, stock or not.
    public func isOver(at now: Timestamp) -> Bool { purchaseWindow(at: now) == .ended }
}
