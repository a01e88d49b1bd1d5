import HTTP
import Kernel
import Sales

/// Sales and items, for reading.
struct SaleRoutes: Sendable {
    let sales: Sales
    let pages: ItemPages

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/sales") { request, _ in await list(request) }
        router.on(.get, "/sales/active") { _, _ in await active() }
        router.on(.get, "/sales/{sale_id}") { _, path in await find(path["sale_id"]) }
        router.on(.get, "/sales/{sale_id}/items") { request, path in await items(of: path["sale_id"], request) }
    }

    private func list(_ request: HTTPRequest) async -> HTTPResponse {
        await answering {
            let parameters = try Parameters(request)
            let limit = try parameters.integer("limit", in: 1...100, otherwise: 20)
            var cursor: SaleID?
            if let text = try parameters.text("cursor") {
                guard let sale = SaleID(text) else { throw ValidationFault("cursor", "is not one of this list") }
                cursor = sale
            }
            let page = try await sales.repository.sales(after: cursor, limit: limit)
            return .sales(page, nextCursor: page.count == limit ? page.last?.sale.id.description : nil)
        }
    }

    private func active() async -> HTTPResponse {
        await answering {
            guard let summary = try await sales.repository.activeSale() else {
                return Problem(.saleNotFound).response
            }
            return .sale(summary)
        }
    }

    private func find(_ text: String) async -> HTTPResponse {
        await answering {
            guard let id = SaleID(text), let summary = try await sales.repository.sale(id) else {
                return Problem(.saleNotFound).response
            }
            return .sale(summary)
        }
    }

    private func items(of text: String, _ request: HTTPRequest) async -> HTTPResponse {
        await answering {
            let parameters = try Parameters(request)
            let limit = try parameters.integer("limit", in: 1...1000, otherwise: 100)
            let available = try Self.flag("available", in: parameters)
            var cursor: Int32 = 0
            if let text = try parameters.text("cursor") {
                guard let number = Int32(text), number > 0 else {
                    throw ValidationFault("cursor", "is not one of this list")
                }
                cursor = number
            }
            guard let id = SaleID(text), let page = try await pages.page(of: id, after: cursor, limit, available) else {
                return Problem(.saleNotFound).response
            }
            return page.response(to: request)
        }
    }

    private static func flag(_ name: String, in parameters: Parameters) throws(ValidationFault) -> Bool {
        switch try parameters.text(name) {
        case nil, "false": false
        case "true": true
        default: throw ValidationFault(name, "must be true or false")
        }
    }
}

/// Runs a reading route and turns what it throws into its problem.
func answering(_ body: () async throws -> HTTPResponse) async -> HTTPResponse {
    do {
        return try await body()
    } catch let fault as ValidationFault {
        return fault.problem.response
    } catch let error as StoreError {
        return Problem(error).response
    } catch {
        return Problem(.internalError).response
    }
}
