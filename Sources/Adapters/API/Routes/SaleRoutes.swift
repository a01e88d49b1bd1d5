import HTTP
import Kernel
import Sales

/// Sales and items, for reading.
struct SaleRoutes: Sendable {
    let sales: Sales
    let pages: ItemPages
    let door: LoadShedding

    func register(in router: inout HTTPRouter) {
        browse("/sales", in: &router) { request, _ in await list(request) }
        browse("/sales/active", in: &router) { request, _ in await active(request) }
        browse("/sales/{sale_id}", in: &router) { request, path in await find(path["sale_id"], request) }
        browse("/sales/{sale_id}/items", in: &router) { request, path in await items(of: path["sale_id"], request) }
    }

    private func browse(_ template: String, in router: inout HTTPRouter, _ handler: @escaping HTTPHandler) {
        router.on(.get, template) { request, path in
            await door.run(.browsing, request) { await handler(request, path) }
        }
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
            let page = try await sales.repository.sales(after: cursor, limit: limit, by: request.deadline)
            return .sales(page, nextCursor: page.count == limit ? page.last?.sale.id.description : nil)
        }
    }

    private func active(_ request: HTTPRequest) async -> HTTPResponse {
        await answering {
            guard let summary = try await sales.repository.activeSale(by: request.deadline) else {
                return Problem(.saleNotFound).response
            }
            return .sale(summary)
        }
    }

    private func find(_ text: String, _ request: HTTPRequest) async -> HTTPResponse {
        await answering {
            guard let id = SaleID(text), let summary = try await sales.repository.sale(id, by: request.deadline) else {
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
            guard let id = SaleID(text),
                let page = try await pages.page(of: id, after: cursor, limit, available, by: request.deadline)
            else { return Problem(.saleNotFound).response }
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
