import HTTP
import Kernel
import Sales

/// What came of a sale, for reading.
struct OperatorReportRoutes: Sendable {
    let sales: Sales
    let door: OperatorDoor

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/admin/sales/{sale_id}/report", options: OperatorSaleRoutes.patience) { request, path in
            await door.guarded(request) {
                guard let id = SaleID(path["sale_id"]), let report = try await sales.reports.report(on: id)
                else { return Problem(.saleNotFound).response }
                return .json(OperatorPayload.report(report))
            }
        }
    }
}
