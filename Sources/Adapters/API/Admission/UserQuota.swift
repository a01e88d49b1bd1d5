import HTTP
import Kernel
import Metrics
import Sales

/// Holds users to their quota, and tells them where they stand in `RateLimit` and `RateLimit-Policy`.
public struct UserQuota: Sendable {
    /// For what is of no running sale: made-up sales are not to have quotas of their own.
    private static let noSale = SaleID(number: 0)

    private struct Counters {
        let allowed: Counter
        let limited: Counter
    }

    private let limiter: any RateLimiter
    private let board: SaleBoard
    private let policy: HTTPHeader
    private let counters: [RateVerdict.Source: Counters]

    /// Asks `limiter`, which counts by `quota`; a sale that `board` does not know shares one quota with all such.
    public init(_ limiter: any RateLimiter, quota: RateQuota, board: SaleBoard) {
        self.limiter = limiter
        self.board = board
        policy = HTTPHeader("RateLimit-Policy", "\"user\";q=\(quota.requests);w=\(quota.seconds)")
        let counter = { (source: RateVerdict.Source, result: String) in
            Counter(
                label: "flashsale_rate_limit_total",
                dimensions: [("result", result), ("by", source.rawValue)]
            )
        }
        counters = Dictionary(
            uniqueKeysWithValues: RateVerdict.Source.allCases.map { source in
                (source, Counters(allowed: counter(source, "allowed"), limited: counter(source, "limited")))
            }
        )
    }

    /// Answers with `body` what is within the user's quota for an item's sale, and 429 what is not.
    func run(_ user: UserID, _ item: ItemID, _ body: () async -> HTTPResponse) async -> HTTPResponse {
        let sale = board.item(of: item)?.sale
        let known = sale.flatMap { board.knowledge(of: $0) == nil ? nil : $0 } ?? Self.noSale
        let verdict = await limiter.take(user, in: known)
        let counters = counters[verdict.source]
        (verdict.isAllowed ? counters?.allowed : counters?.limited)?.increment()
        var response = verdict.isAllowed ? await body() : Self.refusal(verdict)
        response.headers.append(policy)
        response.headers.append(Self.standing(verdict))
        return response
    }

    private static func refusal(_ verdict: RateVerdict) -> HTTPResponse {
        Problem(.rateLimited, retryAfter: max(1, verdict.retryAfter.wholeSeconds)).response
    }

    private static func standing(_ verdict: RateVerdict) -> HTTPHeader {
        HTTPHeader("RateLimit", "\"user\";r=\(verdict.remaining);t=\(verdict.resetsAfter.wholeSeconds)")
    }
}

extension Duration {
    /// In seconds, rounded up.
    fileprivate var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
