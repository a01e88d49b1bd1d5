import HTTP
import Kernel
import Sales

/// Exports: purchased items and attempts, streamed page by page.
struct OperatorExportRoutes: Sendable {
    private static let csv = HTTPHeader("Content-Type", "text/csv; charset=utf-8")

    let sales: Sales
    let door: OperatorDoor

    func register(in router: inout HTTPRouter) {
        let options = HTTPRouteOptions(deadline: .seconds(3600))
        for content in SaleExport.Content.allCases {
            router.on(.get, "/admin/sales/{sale_id}/\(content.rawValue)", options: options) { request, path in
                await export(content, of: path["sale_id"], request)
            }
        }
    }

    private func export(_ content: SaleExport.Content, of text: String, _ request: HTTPRequest) async -> HTTPResponse {
        await door.guarded(request) {
            let format = try LineFormat.of(request, otherwise: .csv)
            guard let id = SaleID(text), let sale = try await sales.repository.sale(id, by: request.deadline)?.sale
            else { return Problem(.saleNotFound).response }
            let export = SaleExport(exports: sales.exports, sale: sale, format: format)
            let stream = HTTPBodyStream { writer in
                try await export.write(content) { page, _ in try await writer.write(page) }
            }
            return HTTPResponse(status: 200, contentType: format == .csv ? Self.csv : .jsonLines, stream: stream)
        }
    }
}
