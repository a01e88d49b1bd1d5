import HTTP
import Kernel
import Sales

/// Bringing items into a sale.
struct OperatorImportRoutes: Sendable {
    let sales: Sales
    let door: OperatorDoor

    func register(in router: inout HTTPRouter) {
        // Streams in bounded memory, so that its length needs no bound; the deadline is one.
        let options = HTTPRouteOptions(maxBodyBytes: 16 << 30, deadline: .seconds(3600))
        router.onStream(.post, "/admin/sales/{sale_id}/items", options: options) { request, path, body in
            await door.guarded(request) {
                guard let id = SaleID(path["sale_id"]) else { return Problem(.saleNotFound).response }
                let format = try LineFormat.of(request, otherwise: .ndjson)
                let lines = ItemLines(format: format) { try await body.next() }
                do throws(ImportItems.Failure) {
                    let (added, sale) = try await sales.importItems.execute(lines, into: id, by: OperatorDoor.actor)
                    let now = sales.board.recordClock(at: .now) ?? sale.createdAt
                    let summary = SaleSummary(sale: sale, itemsSold: 0, asOf: now)
                    return .json(OperatorPayload.imported(added, into: summary))
                } catch {
                    return Problem(importing: error).response
                }
            }
        }
    }
}

extension Problem {
    fileprivate init(importing failure: ImportItems.Failure) {
        switch failure {
        case .saleNotFound: self.init(.saleNotFound)
        case .saleHasBegun: self.init(.saleAlreadyStarted)
        case .rejected(let faults):
            let errors = faults.map { ("line \($0.line)", $0.reason) }
            self.init(
                .validationFailed,
                detail: "Nothing was imported.",
                errors: Dictionary(errors, uniquingKeysWith: { first, second in "\(first); \(second)" })
            )
        case .store(let error): self.init(error)
        case .stream: self.init(.requestTimeout)
        }
    }
}
