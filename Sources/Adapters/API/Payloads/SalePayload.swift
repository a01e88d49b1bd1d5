import HTTP
import Kernel
import Sales

extension JSONWriter {
    /// `"id","name","starts_at","ends_at","status","total_items","items_sold","items_per_user","sold_out"`.
    mutating func sale(_ summary: SaleSummary) {
        let sale = summary.sale
        member("id", sale.id.description)
        member("name", sale.name)
        member("starts_at", sale.startsAt)
        member("ends_at", sale.endsAt)
        member("status", summary.status.rawValue)
        member("total_items", sale.totalItems)
        member("items_sold", summary.itemsSold)
        member("items_per_user", sale.itemsPerUser)
        member("sold_out", summary.isSoldOut && sale.totalItems > 0)
    }

    /// ``sale(_:)`` and what only operators see.
    mutating func operatorSale(_ summary: SaleSummary) {
        sale(summary)
        let sale = summary.sale
        member("state", sale.state.rawValue)
        member("after_end", sale.afterEnd.rawValue)
        member("grace_seconds", sale.graceSeconds)
        member("control_version", sale.controlVersion)
        member("gate_epoch", sale.gateEpoch)
        member("created_at", sale.createdAt)
    }
}

extension HTTPResponse {
    static func sale(_ summary: SaleSummary) -> HTTPResponse {
        var json = JSONWriter()
        json.object { $0.sale(summary) }
        return .json(json.bytes)
    }

    static func operatorSale(_ summary: SaleSummary, status: Int = 200) -> HTTPResponse {
        .json(OperatorPayload.sale(summary), status: status)
    }

    /// `{"sales":[…],"next_cursor"}`.
    static func sales(_ summaries: [SaleSummary], nextCursor: String?) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.key("sales")
            json.array(summaries) { json, summary in json.object { $0.sale(summary) } }
            json.member("next_cursor", orNull: nextCursor)
        }
        return .json(json.bytes)
    }
}
