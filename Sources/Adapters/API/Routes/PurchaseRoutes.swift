import HTTP
import Kernel
import Sales

/// Purchases: redeem a code, look up what became of it.
struct PurchaseRoutes: Sendable {
    let sales: Sales
    let cap: AdmissionCap?

    func register(in router: inout HTTPRouter) {
        router.on(.post, "/purchase") { request, _ in await purchase(request) }
        router.on(.get, "/purchases/{code}") { _, path in await find(path["code"]) }
    }

    private func purchase(_ request: HTTPRequest) async -> HTTPResponse {
        let code: CheckoutCode
        do throws(ValidationFault) {
            guard let read = try Parameters(request).code() else { return Problem(.checkoutNotFound).response }
            code = read
        } catch {
            return error.problem.response
        }
        if let cap, !cap.admit(at: request.receivedAt) { return Problem(.overloaded, retryAfter: 1).response }
        do throws(StoreError) {
            switch try await sales.completePurchase.execute(code, by: request.deadline) {
            case .decided(let outcome, let replayed): return .outcome(outcome, replayed: replayed)
            case .refused(let refusal):
                return Problem(refusal, now: sales.board.recordClock(at: .now)).response
            }
        } catch {
            return Problem(purchase: error).response
        }
    }

    private func find(_ text: String) async -> HTTPResponse {
        await answering {
            guard let code = try CheckoutCode.read(field: "code", text) else {
                return Problem(.purchaseNotFound).response
            }
            switch try await sales.findPurchase.execute(code) {
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
