import HTTP
import Sales

/// The way in for shoppers: as far as they can be answered in time, and, where they have tokens, for those who show one.
struct ShopperDoor: Sendable {
    let load: LoadShedding
    /// `nil` where somebody before us has looked who calls.
    let tokens: ShopperTokens?

    /// Answers with `body`, which learns who calls, `nil` where that is not for us to know.
    func run(
        _ urgency: Urgency,
        _ request: HTTPRequest,
        _ body: (UserID?) async -> HTTPResponse
    ) async -> HTTPResponse {
        await load.run(urgency, request) {
            guard let tokens else { return await body(nil) }
            guard let user = tokens.user(of: request) else { return Problem(.unauthenticated).response }
            return await body(user)
        }
    }
}
