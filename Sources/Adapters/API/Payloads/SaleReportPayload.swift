import Kernel
import Sales

extension JSONWriter {
    /// The whole report; times are RFC 3339, durations seconds, percentages numbers with two decimals, rounded down.
    mutating func saleReport(_ report: SaleReport) {
        key("sale")
        object { $0.operatorSale(SaleSummary(sale: report.sale, itemsSold: report.sold, asOf: report.asOf)) }
        member("as_of", report.asOf)
        member("final", report.isFinal)
        key("stock")
        object { $0.stock(of: report) }
        key("sell_through")
        object { $0.sellThrough(of: report) }
        key("attempts")
        object { $0.attempts(report.attempts) }
        key("codes")
        object { $0.codes(report.codes) }
        key("shoppers")
        object { $0.shoppers(report.shoppers) }
        key("contended_items")
        array(report.contended) { json, item in json.object { $0.contended(item) } }
        key("changes")
        array(report.changes) { json, change in
            json.object { json in
                json.member("at", change.at)
                json.member("actor", change.actor.name)
                json.member("action", change.action)
                json.member("detail", change.detail)
            }
        }
    }

    private mutating func stock(of report: SaleReport) {
        member("items", report.sale.totalItems)
        member("sold", report.sold)
        member("left", report.left)
        member("sold_percent", percent: report.sold, of: Int(report.sale.totalItems))
        key("values")
        array(report.values) { json, value in
            json.object { json in
                json.member("currency", value.currency)
                json.member("items", value.items)
                json.member("amount_minor", value.worth)
                json.member("sold", value.sold)
                json.member("sold_amount_minor", value.soldWorth)
            }
        }
    }

    private mutating func sellThrough(of report: SaleReport) {
        let chart = report.sellThrough
        let total = Int(report.sale.totalItems)
        member("step_seconds", seconds: chart.step)
        var sum = 0
        key("steps")
        array(chart.buckets) { json, bucket in
            sum += bucket.units
            json.object { json in
                json.member("at", bucket.at)
                json.member("units", bucket.units)
                json.member("sold_percent", percent: sum, of: total)
                json.member("accepted", bucket.accepted)
                json.member("refused", bucket.refused)
            }
        }
        key("milestones")
        array(chart.milestones) { json, milestone in
            json.object { json in
                json.member("percent", milestone.percent)
                json.member("units", milestone.units)
                json.member("at", orNull: milestone.at?.description)
                json.member("seconds", seconds: milestone.at?.since(chart.start))
            }
        }
    }

    private mutating func attempts(_ attempts: SaleReport.Attempts) {
        member("since", attempts.since)
        member("until", attempts.until)
        member("total", attempts.accepted + attempts.refused)
        member("accepted", attempts.accepted)
        member("refused", attempts.refused)
        key("refusals")
        array(attempts.refusals) { json, refusal in
            json.object { json in
                json.member("reason", refusal.outcome)
                json.member("count", refusal.count)
            }
        }
    }

    private mutating func codes(_ codes: SaleReport.Codes) {
        member("issued", codes.issued)
        member("redeemed", codes.redeemed)
        member("redeemed_percent", percent: codes.redeemed, of: codes.issued)
        member("all_items_sold", codes.allSold)
        member("user_limit_exceeded", codes.atLimit)
        member("left_with_items", codes.leftFilled)
        member("left_empty", codes.leftEmpty)
        member("units_asked", codes.unitsAsked)
        member("units_left", codes.unitsLeft)
        member("median_seconds_to_redeem", seconds: codes.medianRedemption)
        member("p95_seconds_to_redeem", seconds: codes.slowRedemption)
    }

    private mutating func shoppers(_ shoppers: SaleReport.Shoppers) {
        member("tried", shoppers.tried)
        member("bought", shoppers.bought)
        member("at_limit", shoppers.atLimit)
        key("by_units")
        array(shoppers.brackets) { json, bracket in
            json.object { json in
                json.member("from", bracket.from)
                json.member("to", bracket.to)
                json.member("users", bracket.users)
                json.member("units", bracket.units)
            }
        }
    }

    private mutating func contended(_ item: SaleReport.ContendedItem) {
        member("id", item.id.description)
        member("name", item.name)
        member("accepted", item.accepted)
        member("refused", item.refused)
        member("sold_at", orNull: item.soldAt?.description)
    }
}
