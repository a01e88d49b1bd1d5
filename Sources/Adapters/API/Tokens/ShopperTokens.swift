import HTTP
import JWTKit
import Kernel
import Metrics
import Sales

/// Says which user a request comes from, by its bearer token: a JWT (RFC 7519) whose `sub` is the user's id.
///
/// Nothing of a token is believed before its signature: not its key, which must be one of ours, nor its algorithm,
/// which must be the key's own. Where a key lies or which other one to take, a token is never asked.
public struct ShopperTokens: Sendable {
    /// What tokens must say beside who and how long.
    public struct Rules: Sendable {
        /// Who must have issued them; `nil` for anybody with a key.
        public var issuer: String?
        /// Whom they must be for; with `nil`, nobody: a token that is for somebody is for somebody else.
        public var audience: String?

        /// Puts rules together.
        public init(issuer: String? = nil, audience: String? = nil) {
            self.issuer = issuer
            self.audience = audience
        }
    }

    /// What a token comes to.
    enum Verdict: Equatable {
        case user(UserID)
        case refused(Reason)
    }

    /// Why a token is refused: for metrics, since clients are not told.
    enum Reason: String, CaseIterable {
        case missing, malformed, key, algorithm, signature, expired, early, issuer, audience, subject
    }

    /// How far the issuer's clock may be ahead of ours.
    static let leeway = Duration.seconds(5)

    private struct Key {
        let name: String
        let algorithm: any JWTAlgorithm
    }

    private let keys: [ExactText: Key]
    private let rules: Rules
    private let proven = ProvenTokens()
    private let now: @Sendable () -> Timestamp
    private let accepted: Counter
    private let refused: [Reason: Counter]

    /// Takes tokens by `rules`, signed with `keys`; `now` is the machine's time of day.
    public init(_ keys: ShopperKeys, rules: Rules, now: @escaping @Sendable () -> Timestamp) async throws {
        var known: [ExactText: Key] = [:]
        for key in keys.keys {
            // A collection for each, because one of several falls back on another key where it does not know a name.
            let collection = JWTKeyCollection()
            switch key.material {
            case .edDSA(let material): await collection.add(eddsa: material)
            case .es256(let material): await collection.add(ecdsa: material)
            }
            known[key.id] = Key(name: key.algorithm.rawValue, algorithm: try await collection.getKey())
        }
        self.keys = known
        self.rules = rules
        self.now = now
        let counter = { (result: String) in
            Counter(label: "flashsale_shopper_tokens_total", dimensions: [("result", result)])
        }
        accepted = counter("accepted")
        refused = Dictionary(uniqueKeysWithValues: Reason.allCases.map { ($0, counter($0.rawValue)) })
    }

    /// The user that the request's token names; `nil` where it has none, or a wrong one.
    public func user(of request: HTTPRequest) -> UserID? {
        switch verdict(on: request.bearerToken) {
        case .user(let user):
            accepted.increment()
            return user
        case .refused(let reason):
            refused[reason]?.increment()
            return nil
        }
    }

    /// Judges a token: what it is signed with, then what it says.
    ///
    /// One that was right before is right until it ends.
    func verdict(on token: Substring?) -> Verdict {
        guard let token else { return .refused(.missing) }
        let time = Double(now().microseconds) / 1_000_000
        guard token.utf8.count <= ProvenTokens.maxBytes else { return judge(token, at: time).verdict }
        let text = ExactText(String(token))
        if let claims = proven.claims(of: text) {
            return time < claims.end ? .user(claims.user) : .refused(.expired)
        }
        let (verdict, end) = judge(token, at: time)
        if case .user(let user) = verdict { proven.keep(text, .init(user: user, end: end)) }
        return verdict
    }

    private func judge(_ token: Substring, at time: Double) -> (verdict: Verdict, end: Double) {
        func refused(_ reason: Reason) -> (Verdict, Double) { (.refused(reason), 0) }
        guard let parts = TokenParts(token) else { return refused(.malformed) }
        guard let key = keys[parts.key] else { return refused(.key) }
        guard ExactText(key.name) == ExactText(parts.algorithm) else { return refused(.algorithm) }
        // An error is a signature of a form that the algorithm does not have.
        guard (try? key.algorithm.verify(parts.signature, signs: parts.signed)) == true else {
            return refused(.signature)
        }
        guard let claims = parts.claims else { return refused(.malformed) }
        guard let end = claims["exp"]?.seconds, time < end else { return refused(.expired) }
        return (verdict(on: claims, at: time), end)
    }

    /// Judges the claims of a token that has not ended.
    private func verdict(on claims: [String: JSONValue], at time: Double) -> Verdict {
        if let start = claims["nbf"] {
            guard let start = start.seconds, start <= time + Double(Self.leeway.components.seconds) else {
                return .refused(.early)
            }
        }
        if let issuer = rules.issuer, claims["iss"]?.texts != [ExactText(issuer)] { return .refused(.issuer) }
        guard isForUs(claims["aud"]) else { return .refused(.audience) }
        // Who cannot be a user of ours is refused like who is none.
        guard case .string(let subject)? = claims["sub"], let user = try? UserID(subject) else {
            return .refused(.subject)
        }
        return .user(user)
    }

    private func isForUs(_ claim: JSONValue?) -> Bool {
        guard let audience = rules.audience else { return claim == nil }
        return claim?.texts?.contains(ExactText(audience)) == true
    }
}

extension JSONValue {
    /// Seconds since 1970, whole or not.
    fileprivate var seconds: Double? {
        if case .number(let digits) = self { Double(digits) } else { nil }
    }

    /// One text or several.
    fileprivate var texts: [ExactText]? {
        switch self {
        case .string(let text): [ExactText(text)]
        case .array(let values):
            values.compactMap { if case .string(let text) = $0 { ExactText(text) } else { nil } }
        default: nil
        }
    }
}
