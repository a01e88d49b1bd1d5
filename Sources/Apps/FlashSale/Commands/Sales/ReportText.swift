import Kernel
import Sales

/// A report for people: a page of text.
struct ReportText {
    private static let barWidth = 40

    private let report: SaleReport

    init(_ report: SaleReport) { self.report = report }

    var text: String {
        [head, summary, chart, refusals, buyers, contended, changes].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var head: String {
        let sale = report.sale
        let state = report.isFinal ? "final" : "so far"
        return """
            \(sale.id)  \(Table.printable(sale.name))
            \(Words.time(sale.startsAt)) to \(Words.time(sale.endsAt)), \(report.status.rawValue), \
            \(sale.itemsPerUser) items a user
            \(state), as of \(Words.time(report.asOf))
            """
    }

    private var summary: String {
        let (total, codes, attempts) = (Int(report.sale.totalItems), report.codes, report.attempts)
        var rows = [
            [
                "sold",
                "\(Words.count(report.sold)) of \(Words.count(total)) (\(Words.percent(report.sold, of: total))), "
                    + "\(Words.count(report.left)) left",
            ]
        ]
        for value in report.values {
            rows.append([
                "worth",
                "\(Words.count(Int(value.soldWorth))) of \(Words.count(Int(value.worth))) in \(value.currency)'s minor unit",
            ])
        }
        for milestone in report.sellThrough.milestones {
            guard let time = milestone.at else { continue }
            rows.append([
                "\(milestone.percent) %", "after \(Words.duration(time.since(report.sellThrough.start)))",
            ])
        }
        rows.append([
            "attempts",
            "\(Words.count(attempts.accepted + attempts.refused)): \(Words.count(attempts.accepted)) accepted, "
                + "\(Words.count(attempts.refused)) refused; "
                + "\(Words.time(attempts.since)) to \(Words.time(attempts.until))",
        ])
        rows.append([
            "codes",
            "\(Words.count(codes.issued)) issued; \(Words.count(codes.redeemed)) bought something "
                + "(\(Words.percent(codes.redeemed, of: codes.issued))), \(Words.count(codes.allSold)) came too late, "
                + "\(Words.count(codes.atLimit)) met the limit; not redeemed: \(Words.count(codes.leftFilled)) with "
                + "\(Words.count(codes.unitsLeft)) items, \(Words.count(codes.leftEmpty)) empty",
        ])
        if codes.medianRedemption != nil {
            rows.append([
                "redeemed",
                "after \(Words.duration(codes.medianRedemption)) (median), \(Words.duration(codes.slowRedemption)) (p95)",
            ])
        }
        rows.append([
            "shoppers",
            "\(Words.count(report.shoppers.tried)) tried, \(Words.count(report.shoppers.bought)) bought, "
                + "\(Words.count(report.shoppers.atLimit)) as much as they may",
        ])
        return Table(columns: [.text(""), .text("")], rows: rows).body
    }

    /// Steps with nothing in them are one row, where several follow each other.
    private var chart: String {
        let through = report.sellThrough
        guard let step = through.step else { return "the sale has not begun" }
        let most = max(1, through.buckets.map(\.units).max() ?? 1)
        var rows: [[String]] = []
        var sum = 0
        var wasQuiet = false
        for bucket in through.buckets {
            sum += bucket.units
            let isQuiet = bucket.units + bucket.accepted + bucket.refused == 0
            defer { wasQuiet = isQuiet }
            if isQuiet {
                if !wasQuiet { rows.append(["…", "", "", "", "", ""]) }
                continue
            }
            rows.append([
                Words.duration(bucket.at.since(through.start)), Words.count(bucket.units),
                Words.percent(sum, of: Int(report.sale.totalItems)), Words.count(bucket.accepted),
                Words.count(bucket.refused), Self.bar(bucket.units, of: most),
            ])
        }
        let table = Table(
            columns: [
                .number("AFTER"), .number("SOLD"), .number("TOGETHER"), .number("ACCEPTED"), .number("REFUSED"),
                .text(""),
            ],
            rows: rows
        )
        return "SELL-THROUGH, a row each \(Words.duration(step))\n" + table.text
    }

    private var refusals: String {
        let rows = report.attempts.refusals.map { refusal in
            [
                refusal.outcome, Words.count(refusal.count),
                Words.percent(refusal.count, of: report.attempts.refused),
            ]
        }
        return section("REFUSED BECAUSE", [.text("REASON"), .number("ATTEMPTS"), .number("")], rows)
    }

    private var buyers: String {
        let most = report.shoppers.brackets.map(\.users).max() ?? 1
        let rows = report.shoppers.brackets.map { bracket in
            [
                bracket.from == bracket.to ? "\(bracket.from)" : "\(bracket.from)-\(bracket.to)",
                Words.count(bracket.users), Words.count(bracket.units), Self.bar(bracket.users, of: most),
            ]
        }
        return section("ITEMS A BUYER", [.number("ITEMS"), .number("BUYERS"), .number("SOLD"), .text("")], rows)
    }

    private var contended: String {
        let rows = report.contended.map { item in
            [
                item.id.description, Words.count(item.accepted), Words.count(item.refused),
                item.soldAt.map { "after " + Words.duration($0.since(report.sellThrough.start)) } ?? "no", item.name,
            ]
        }
        return section(
            "MOST REFUSED ITEMS",
            [.text("ITEM"), .number("CARTS"), .number("REFUSED"), .text("SOLD"), .text("NAME")],
            rows
        )
    }

    private var changes: String {
        let rows = report.changes.map { [Words.time($0.at), $0.actor.name, $0.action, $0.detail] }
        return section("CHANGES", [.text("AT"), .text("BY"), .text("WHAT"), .text("")], rows)
    }

    private func section(_ title: String, _ columns: [Table.Column], _ rows: [[String]]) -> String {
        rows.isEmpty ? "" : title + "\n" + Table(columns: columns, rows: rows).text
    }

    /// At least half a block for anything at all.
    static func bar(_ part: Int, of most: Int) -> String {
        guard part > 0, most > 0 else { return "" }
        let halves = max(1, part * barWidth * 2 / most)
        return String(repeating: "█", count: halves / 2) + (halves % 2 == 1 ? "▌" : "")
    }
}
