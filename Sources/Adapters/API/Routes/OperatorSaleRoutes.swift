import HTTP
import Kernel
import Sales

/// Making sales and changing them.
struct OperatorSaleRoutes: Sendable {
    /// Making a million items, or waiting for batches to finish, may take longer than a shopper's request.
    static let patience = HTTPRouteOptions(deadline: .seconds(120))

    let sales: Sales
    let door: OperatorDoor

    func register(in router: inout HTTPRouter) {
        router.on(.post, "/admin/sales", options: Self.patience) { request, _ in await create(request) }
        control("pause", in: &router) { _ in .pause }
        control("resume", in: &router) { _ in .resume }
        control("end", in: &router) { _ in .end }
        control("extend", in: &router) { body throws(ValidationFault) in try Self.extension(body) }
        router.on(.post, "/admin/sales/{sale_id}/reconcile", options: Self.patience) { request, path in
            await reconcile(path["sale_id"], request)
        }
    }

    private func create(_ request: HTTPRequest) async -> HTTPResponse {
        await door.guarded(request) {
            let wanted = try SaleRequest.read(try OperatorBody(request))
            do throws(CreateSale.Failure) {
                let sale = try await sales.createSale.execute(wanted, by: OperatorDoor.actor)
                let now = sales.board.recordClock(at: .now) ?? sale.createdAt
                return .operatorSale(SaleSummary(sale: sale, itemsSold: 0, asOf: now), status: 201)
            } catch {
                switch error {
                case .invalid(let faults): return Problem(.validationFailed, errors: faults).response
                case .store(let error): return Problem(error).response
                }
            }
        }
    }

    private func control(
        _ word: String,
        in router: inout HTTPRouter,
        _ command: @escaping @Sendable (OperatorBody) throws(ValidationFault) -> ControlSale.Command
    ) {
        router.on(.post, "/admin/sales/{sale_id}/\(word)", options: Self.patience) { request, path in
            await door.guarded(request) {
                guard let id = SaleID(path["sale_id"]) else { return Problem(.saleNotFound).response }
                let command = try command(try OperatorBody(request))
                switch try await sales.controlSale.execute(command, on: id, by: OperatorDoor.actor) {
                case nil: return Problem(.saleNotFound).response
                case .failure(.ended): return Problem(.saleEnded).response
                case .failure(.invalidEnd(let reason)): return Problem.invalid("ends_at", reason).response
                case .success:
                    guard let summary = try await sales.repository.sale(id, by: request.deadline) else {
                        return Problem(.saleNotFound).response
                    }
                    return .operatorSale(summary)
                }
            }
        }
    }

    private static func `extension`(_ body: OperatorBody) throws(ValidationFault) -> ControlSale.Command {
        let (end, seconds) = (try body.time("ends_at"), try body.integer("seconds"))
        // Looked at even where it does not count.
        if let seconds, !(1...31_536_000).contains(seconds) {
            throw ValidationFault("seconds", "must be from 1 to 31536000")
        }
        if let end { return .extend(to: end) }
        guard let seconds else { throw ValidationFault("ends_at", "or seconds must be given") }
        return .extendBy(seconds: Int64(seconds))
    }

    private func reconcile(_ text: String, _ request: HTTPRequest) async -> HTTPResponse {
        await door.guarded(request) {
            guard let id = SaleID(text) else { return Problem(.saleNotFound).response }
            do throws(ReconcileSale.Failure) {
                let report = try await sales.reconcileSale.execute(id, by: OperatorDoor.actor)
                return .json(OperatorPayload.reconciliation(report))
            } catch {
                switch error {
                case .saleNotFound: return Problem(.saleNotFound).response
                case .gateUnreachable:
                    return Problem(.unavailable, detail: "Redis cannot be reached.", retryAfter: 1).response
                case .store(let error): return Problem(error).response
                }
            }
        }
    }
}
