import Kernel
import Sales

extension EventWriter {
    /// So many item numbers are listed; of more than these the client is to fetch the bitmap.
    static let maxListed = 2_000

    /// Where a sale stands: `snapshot`, or `end` with the same members.
    mutating func standing(_ name: String, _ progress: SaleProgress, tenthsPerSecond: Int, id: String) {
        event(name, id: id) { json in
            json.member("sale_id", progress.sale.id.description)
            json.status(progress)
            json.member("items", progress.sale.totalItems)
            json.member("sold", progress.sold.count)
            json.member("sold_rate", tenths: tenthsPerSecond)
            json.member("version", progress.sale.controlVersion)
        }
    }

    /// What has changed, in one piece; the last event has the id.
    mutating func changes(_ changes: [SalePulse.Change], _ pulse: SalePulse, id: String) {
        for (index, change) in changes.enumerated() {
            let id = index == changes.count - 1 ? id : nil
            switch change {
            case .sold(let units):
                event("delta", id: id) { json in
                    json.member("sold", pulse.progress.sold.count)
                    json.member("sold_rate", tenths: pulse.tenthsPerSecond)
                    json.member("items", orNull: units.count > Self.maxListed ? nil : units.numbers)
                }
            case .status: event("status", id: id) { $0.status(pulse.progress) }
            case .anew:
                standing("snapshot", pulse.progress, tenthsPerSecond: pulse.tenthsPerSecond, id: id ?? "")
            }
        }
    }
}

extension JSONWriter {
    /// `"status","starts_at","ends_at","server_time"`.
    fileprivate mutating func status(_ progress: SaleProgress) {
        member("status", progress.status.rawValue)
        member("starts_at", progress.sale.startsAt)
        member("ends_at", progress.sale.endsAt)
        member("server_time", progress.now)
    }
}
