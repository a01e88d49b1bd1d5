import HTTP
import Kernel
import Sales

/// Purchases: redeem a code, look up what became of it.
struct PurchaseRoutes: Sendable {
    let sales: Sales
    let door: ShopperDoor

    func register(in router: inout HTTPRouter) {
        router.on(.post, "/purchase") { request, _ in
            await door.run(.purchase, request) { caller in await purchase(request, caller) }
        }
        router.on(.get, "/purchases/{code}") { request, path in
            await door.run(.purchase, request) { caller in await find(path["code"], of: caller, by: request.deadline) }
        }
    }

    private func purchase(_ request: HTTPRequest, _ caller: UserID?) async -> HTTPResponse {
        let code: CheckoutCode
        do throws(ValidationFault) {
            guard let read = try Parameters(request).code() else { return Problem(.checkoutNotFound).response }
            code = read
        } catch {
            return error.problem.response
        }
        do throws(StoreError) {
            switch try await sales.completePurchase.execute(code, of: caller, by: request.deadline) {
            case .decided(let outcome, let replayed): return .outcome(outcome, replayed: replayed)
            case .refused(let refusal):
                return Problem(refusal, now: sales.board.recordClock(at: .now)).response
            }
        } catch {
            return Problem(purchase: error).response
        }
    }

    private func find(_ text: String, of owner: UserID?, by deadline: Instant) async -> HTTPResponse {
        await answering {
            guard let code = try CheckoutCode.read(field: "code", text) else {
                return Problem(.purchaseNotFound).response
            }
            switch try await sales.findPurchase.execute(code, of: owner, by: deadline) {
            case .decided(let outcome): return .outcome(outcome, replayed: true)
            case .undecided: return Problem(.purchaseNotFound).response
            case .pending:
                return HTTPResponse(
                    status: 202,
                    contentType: .json,
                    headers: [HTTPHeader("Retry-After", "1")],
                    body: Array(#"{"status":"pending"}"#.utf8)
                )
            }
        }
    }
}
