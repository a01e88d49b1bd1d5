import HTTP
import Kernel
import Sales

/// Checkouts: start, look up, take items out.
struct CheckoutRoutes: Sendable {
    let sales: Sales
    let door: ShopperDoor
    /// `nil` where users have no quota.
    let quota: UserQuota?

    func register(in router: inout HTTPRouter) {
        router.on(.post, "/checkout") { request, _ in
            await door.run(.checkout, request) { caller in await start(request, caller) }
        }
        router.on(.get, "/checkouts/{code}") { request, path in
            await door.run(.checkout, request) { caller in await find(path["code"], of: caller, by: request.deadline) }
        }
        router.on(.delete, "/checkouts/{code}/items/{item_id}") { request, path in
            await door.run(.checkout, request) { caller in
                await remove(path["item_id"], from: path["code"], of: caller, by: request.deadline)
            }
        }
    }

    private func start(_ request: HTTPRequest, _ caller: UserID?) async -> HTTPResponse {
        let wish: StartCheckout.Request
        do throws(ValidationFault) {
            let parameters = try Parameters(request)
            wish = StartCheckout.Request(
                user: try parameters.userID(),
                item: try parameters.itemID(),
                sale: try parameters.namedSale()
            )
        } catch {
            return error.problem.response
        }
        if let caller, caller != wish.user { return Problem(.forbidden).response }
        guard let quota else { return await decide(wish, by: request.deadline) }
        return await quota.run(wish.user, wish.item) { await decide(wish, by: request.deadline) }
    }

    private func decide(_ wish: StartCheckout.Request, by deadline: Instant) async -> HTTPResponse {
        do throws(StoreError) {
            switch try await sales.startCheckout.execute(wish, by: deadline) {
            case .joined(let checkout, let allowance): return .joined(checkout, allowance)
            case .refused(let refusal, let now): return Problem(refusal, now: now).response
            }
        } catch {
            return Problem(error).response
        }
    }

    private func find(_ text: String, of owner: UserID?, by deadline: Instant) async -> HTTPResponse {
        await answering {
            guard let code = try CheckoutCode.read(field: "code", text),
                let checkout = try await sales.findCheckout.execute(code, of: owner, by: deadline)
            else { return Problem(.checkoutNotFound).response }
            return .checkout(checkout)
        }
    }

    private func remove(
        _ item: String,
        from text: String,
        of owner: UserID?,
        by deadline: Instant
    ) async -> HTTPResponse {
        await answering {
            let item = try ItemID(field: "item_id", item)
            guard let code = try CheckoutCode.read(field: "code", text) else {
                return Problem(.checkoutNotFound).response
            }
            switch try await sales.removeCheckoutItem.execute(item, from: code, of: owner, by: deadline) {
            case .removed(let checkout): return .checkout(checkout)
            case .checkoutNotFound: return Problem(.checkoutNotFound).response
            case .checkoutCompleted: return Problem(.checkoutCompleted).response
            }
        }
    }
}
