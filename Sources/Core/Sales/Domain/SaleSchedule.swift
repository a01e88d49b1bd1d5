import Kernel

/// When sales open and close by themselves.
public enum SaleSchedule: String, Sendable, CaseIterable {
    /// A sale from each full hour (UTC) to the next.
    case hourly
    /// Only sales that operators create.
    case off

    /// The windows that should be on record at `now`: the running one, and the next so that it is prepared ahead.
    public func slots(at now: Timestamp) -> [SaleSlot] {
        switch self {
        case .off: return []
        case .hourly:
            let start = now.startOfHour
            return [SaleSlot(hourFrom: start), SaleSlot(hourFrom: start.adding(seconds: 3600))]
        }
    }
}

/// The window of a scheduled sale; at most one sale is made for it.
public struct SaleSlot: Hashable, Sendable {
    /// The first moment.
    public let startsAt: Timestamp
    /// The first moment after it.
    public let endsAt: Timestamp

    init(hourFrom start: Timestamp) {
        startsAt = start
        endsAt = start.adding(seconds: 3600)
    }

    /// A name for people: `Flash sale of 2026-11-21 12:00 UTC`.
    public var name: String {
        let text = startsAt.description
        return "Flash sale of \(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
