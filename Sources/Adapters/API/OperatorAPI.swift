import HTTP
import Kernel
import Sales
import WebPages

/// The API that operators call, on a port of its own, each request with the bearer token.
///
/// The page at `/live` needs none to be loaded: it holds nothing, and asks for the token itself.
public struct OperatorAPI: Sendable {
    /// The routes.
    public let router: HTTPRouter

    /// Registers every route; `token` opens all of them but the page.
    public init(sales: Sales, token: String, live: LiveFeed) {
        var router = HTTPRouter()
        let door = OperatorDoor(token: token)
        OperatorSaleRoutes(sales: sales, door: door).register(in: &router)
        OperatorImportRoutes(sales: sales, door: door).register(in: &router)
        OperatorExportRoutes(sales: sales, door: door).register(in: &router)
        OperatorReportRoutes(sales: sales, door: door).register(in: &router)
        OperatorLiveRoutes(feed: live, door: door).register(in: &router)
        PageRoutes(WebPages.live, at: "/live", with: WebPages.parts + WebPages.operatorAssets)
            .register(in: &router)
        self.router = router
    }
}

/// Lets operators in.
struct OperatorDoor: Sendable {
    /// Who changes something through this door, as the audit says it.
    static let actor = AuditActor("operator")

    private let token: [UInt8]

    init(token: String) { self.token = Array(token.utf8) }

    /// The refusal of a request without the right token; `nil` lets it in.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        guard let given = request.bearerToken, matches(Array(given.utf8)) else {
            return Problem(.unauthenticated).response
        }
        return nil
    }

    /// Compares in a time that depends on the given text alone.
    private func matches(_ given: [UInt8]) -> Bool {
        var difference = UInt8(given.count == token.count ? 0 : 1)
        for (index, byte) in given.enumerated() { difference |= byte ^ token[index % token.count] }
        return difference == 0
    }

    /// Runs a route for operators only.
    func guarded(_ request: HTTPRequest, _ body: () async throws -> HTTPResponse) async -> HTTPResponse {
        if let refusal = refusal(of: request) { return refusal }
        return await answering(body)
    }
}
