import Kernel
import Sales

/// What operators get as JSON: by the API as an answer, by the command line with `--json`.
public enum OperatorPayload {
    /// A sale with what only operators see.
    public static func sale(_ summary: SaleSummary) -> [UInt8] {
        object { $0.operatorSale(summary) }
    }

    /// `{"sales":[…],"next_cursor"}`, each as ``sale(_:)``.
    public static func sales(_ summaries: [SaleSummary], nextCursor: SaleID?) -> [UInt8] {
        object { json in
            json.key("sales")
            json.array(summaries) { json, summary in json.object { $0.operatorSale(summary) } }
            json.member("next_cursor", orNull: nextCursor?.description)
        }
    }

    /// `{"items":[{"id","name","image_url","price","sold"}],"next_cursor"}`.
    public static func items(_ items: [ListedItem], nextCursor: Int32?) -> [UInt8] {
        object(capacity: 64 + 200 * items.count) { json in
            json.key("items")
            json.array(items) { json, listed in
                json.object { json in
                    json.item(listed.item)
                    json.member("sold", listed.isSold)
                }
            }
            json.member("next_cursor", orNull: nextCursor.map { String($0) })
        }
    }

    /// `{"imported","sale"}`.
    public static func imported(_ added: Int, into summary: SaleSummary) -> [UInt8] {
        object { json in
            json.member("imported", added)
            json.key("sale")
            json.object { $0.operatorSale(summary) }
        }
    }

    /// What a comparison of Redis with PostgreSQL found and did.
    public static func reconciliation(_ report: ReconcileSale.Report) -> [UInt8] {
        object { $0.reconciliation(report) }
    }

    /// `{"holds","violations":{…},"gate"}`: how many facts break each invariant; `gate` is null where Redis is away.
    public static func audit(_ report: AuditSale.Report) -> [UInt8] {
        object { json in
            json.member("holds", report.violations.isEmpty)
            json.key("violations")
            json.object { json in
                for invariant in Invariant.allCases {
                    json.member(dynamic: invariant.rawValue, report.violations[invariant] ?? 0)
                }
            }
            guard let gate = report.gate else { return json.member("gate", orNull: nil) }
            json.key("gate")
            json.object { $0.reconciliation(gate) }
        }
    }

    /// What came of a sale.
    public static func report(_ report: SaleReport) -> [UInt8] {
        object(capacity: 16_384) { $0.saleReport(report) }
    }

    private static func object(capacity: Int = 512, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(capacity: capacity)
        json.object(members)
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func reconciliation(_ report: ReconcileSale.Report) {
        member("clean", report.isClean)
        member("repaired", report.repaired)
        member("epoch", report.epoch)
        member("gate_epoch", report.gateEpoch)
        member("missing_sold", report.missingSold)
        member("missing_full_users", report.missingFull)
        member("wrong_sold", report.wrongSold.count)
        member("wrong_full_users", report.wrongFull)
        member("epoch_raised", report.epochRaised)
    }
}
