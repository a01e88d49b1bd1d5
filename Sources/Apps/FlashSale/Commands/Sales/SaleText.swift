import Kernel
import Sales

/// Sales and items as tables for people.
enum SaleText {
    static func list(_ summaries: [SaleSummary]) -> String {
        let rows = summaries.map { summary in
            let sale = summary.sale
            return [
                sale.id.description, summary.status.rawValue, Words.time(sale.startsAt), Words.time(sale.endsAt),
                "\(summary.itemsSold)/\(sale.totalItems)", Words.percent(summary.itemsSold, of: Int(sale.totalItems)),
                sale.name,
            ]
        }
        return Table(
            columns: [
                .text("SALE"), .text("STATUS"), .text("STARTS"), .text("ENDS"), .number("SOLD"), .number(""),
                .text("NAME"),
            ],
            rows: rows
        ).text
    }

    static func one(_ summary: SaleSummary) -> String {
        let sale = summary.sale
        let end = sale.afterEnd == .close ? "then closed" : "then on until all is sold"
        let rows = [
            ["sale", sale.id.description], ["name", sale.name], ["status", summary.status.rawValue],
            ["starts", Words.time(sale.startsAt)], ["ends", "\(Words.time(sale.endsAt)), \(end)"],
            ["grace", "\(sale.graceSeconds) s"],
            [
                "sold",
                "\(summary.itemsSold)/\(sale.totalItems), "
                    + Words.percent(summary.itemsSold, of: Int(sale.totalItems)),
            ],
            ["limit", "\(sale.itemsPerUser) items a user"],
            ["control", "\(sale.state.rawValue), version \(sale.controlVersion), gate epoch \(sale.gateEpoch)"],
            ["created", Words.time(sale.createdAt)], ["as of", Words.time(summary.asOf)],
        ]
        return Table(columns: [.text("SALE"), .text("")], rows: rows).body
    }

    static func items(_ items: [ListedItem]) -> String {
        let rows = items.map { listed in
            [
                "\(listed.item.key.number)", listed.item.id.description, listed.isSold ? "sold" : "for sale",
                "\(listed.item.price.amountMinor)", listed.item.price.currency, listed.item.name,
            ]
        }
        return Table(
            columns: [.number("NUMBER"), .text("ITEM"), .text(""), .number("PRICE"), .text(""), .text("NAME")],
            rows: rows
        ).text
    }
}
