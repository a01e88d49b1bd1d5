import Kernel
import Sales

/// What operators get as JSON: by the API as an answer, by the command line with `--json`.
public enum OperatorPayload {
    /// What came of a sale.
    public static func report(_ report: SaleReport) -> [UInt8] {
        var json = JSONWriter(capacity: 16_384)
        json.object { $0.saleReport(report) }
        return json.bytes
    }
}
