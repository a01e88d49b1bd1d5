import Kernel
import Sales
import Synchronization
import TestSupport
import Testing

@testable import API

/// Tokens, right and wrong, at a fixed time.
@Suite struct ShopperTokensTests {
    static let now = 1_800_000_000
    private static let right = #"{"sub":"anna","exp":\#(now + 60)}"#

    private let mint: TokenMint
    private let elliptic: TokenMint

    init() async throws {
        mint = try await TokenMint("a")
        elliptic = try await TokenMint("b", .es256)
    }

    @Test func takesWhatOneOfItsKeysHasSigned() async throws {
        let tokens = try await tokens()

        for mint in [mint, elliptic] {
            #expect(tokens.verdict(on: Substring(try mint.token(claims: Self.right))) == .anna)
            let rich = #"{"exp":\#(Self.now).5,"nbf":\#(Self.now + 5),"iat":1,"iss":"x","sub":"anna","roles":["x"]}"#
            #expect(tokens.verdict(on: Substring(try mint.token(claims: rich))) == .anna)
        }
    }

    @Test func refusesWhatIsNoToken() async throws {
        let tokens = try await tokens()
        let token = try mint.token(claims: Self.right)
        let parts = token.split(separator: ".")

        #expect(tokens.verdict(on: nil) == .refused(.missing))
        for text in [
            "", ".", "..", "...", "a.b.c", String(parts[0]), "\(parts[0]).\(parts[1])", token + ".", token + ".x",
            token + "=", "." + token, token.replacing(".", with: ".."), String(repeating: "a", count: 1 << 20),
            String(repeating: ".", count: 4096), "\(token)\(String(repeating: "A", count: 4096))",
            "\(parts[0]).\(parts[1]).\(parts[2].dropLast(2))",
        ] {
            #expect(
                [.refused(.malformed), .refused(.signature)].contains(tokens.verdict(on: Substring(text))),
                "\(text)"
            )
        }
        for header in [
            "", "null", "[]", #"{"alg":"EdDSA"}"#, #"{"kid":"a"}"#, #"{"alg":"EdDSA","kid":1}"#,
            #"{"alg":"EdDSA","kid":null}"#, #"{"alg":"EdDSA","alg":"EdDSA","kid":"a"}"#,
            #"{"alg":"EdDSA","kid":"a","crit":["exp"],"exp":1}"#,
            #"{"alg":"EdDSA","kid":"a","crit":["b64"],"b64":false}"#,
            #"{"alg":"EdDSA","kid":"a"} "# + "x",
        ] {
            let text = try mint.token(claims: Self.right, header: header)
            #expect(tokens.verdict(on: Substring(text)) == .refused(.malformed), "\(header)")
        }
    }

    /// Whatever the header says, a key is good for its own algorithm alone, even where the signature is right.
    @Test func refusesAnyAlgorithmButTheKeysOwn() async throws {
        let tokens = try await tokens()
        for mint in [mint, elliptic] {
            let shared = try await TokenMint(mint.id, .hs256(secret: mint.x))
            #expect(verdict(of: try shared.token(claims: Self.right), tokens) == .refused(.algorithm))
            for name in ["none", "None", "", "HS256", "RS256", "PS256", "ES384", "EdDSA", "ES256", "eddsa"]
            where name != mint.name {
                let header = #"{"alg":"\#(name)","kid":"\#(mint.id)"}"#
                let signed = try mint.token(claims: Self.right, header: header)
                #expect(verdict(of: signed, tokens) == .refused(.algorithm), "\(name)")
                let unsigned = signed.prefix(through: try #require(signed.lastIndex(of: ".")))
                #expect(tokens.verdict(on: unsigned) == .refused(.algorithm), "\(name) without a signature")
            }
        }
    }

    @Test func refusesKeysThatItDoesNotKnowAndThoseThatATokenBrings() async throws {
        let tokens = try await tokens()
        let stranger = try await TokenMint("c")
        let impostor = try await TokenMint("a")
        let embedding = #"{"alg":"EdDSA","kid":"a","jwk":\#(impostor.jwk),"jku":"https://example.com/keys"}"#

        #expect(verdict(of: try stranger.token(claims: Self.right), tokens) == .refused(.key))
        let unnamed = try mint.token(claims: Self.right, header: #"{"alg":"EdDSA","kid":""}"#)
        #expect(verdict(of: unnamed, tokens) == .refused(.key))
        #expect(verdict(of: try impostor.token(claims: Self.right), tokens) == .refused(.signature))
        let embedded = try impostor.token(claims: Self.right, header: embedding)
        #expect(verdict(of: embedded, tokens) == .refused(.signature))
    }

    @Test func refusesWhatWasChangedAfterItWasSigned() async throws {
        let tokens = try await tokens()
        for mint in [mint, elliptic] {
            let token = try mint.token(claims: Self.right)
            let parts = token.split(separator: ".").map(String.init)
            let other = try mint.token(claims: Self.right.replacing("anna", with: "ben")).split(separator: ".")
            let zeros = TokenMint.encode([UInt8](repeating: 0, count: 64))
            for changed in [
                "\(parts[0]).\(other[1]).\(parts[2])", "\(parts[0]).\(parts[1]).\(other[2])",
                "\(TokenMint.encode(Array(#"{"kid":"\#(mint.id)","alg":"\#(mint.name)"}"#.utf8))).\(parts[1]).\(parts[2])",
                "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1]).\(zeros)", "\(parts[0]).\(parts[1]).AA",
                "\(parts[0]).\(parts[1]).\(parts[2])AAAA",
            ] {
                #expect(verdict(of: changed, tokens) == .refused(.signature), "\(changed)")
            }
        }
    }

    @Test func refusesTokensBeforeAndAfterTheirTime() async throws {
        let tokens = try await tokens()
        for (end, isRefused) in [
            ("\(Self.now)", true), ("\(Self.now - 1)", true), ("0", true), ("-1", true),
            (#""\#(Self.now + 60)""#, true),
            ("null", true), ("[\(Self.now + 60)]", true), ("\(Self.now + 1)", false), ("1e300", false),
            ("1.9E9", false),
        ] {
            let verdict = verdict(of: try mint.token(claims: #"{"sub":"anna","exp":\#(end)}"#), tokens)
            #expect(verdict == (isRefused ? .refused(.expired) : .anna), "\(end)")
        }
        #expect(verdict(of: try mint.token(claims: #"{"sub":"anna"}"#), tokens) == .refused(.expired))
        for (start, isRefused) in [
            ("\(Self.now + 6)", true), ("1e300", true), (#""0""#, true), ("null", true), ("\(Self.now + 5)", false),
            ("0", false),
        ] {
            let claims = #"{"sub":"anna","exp":\#(Self.now + 60),"nbf":\#(start)}"#
            #expect(
                verdict(of: try mint.token(claims: claims), tokens) == (isRefused ? .refused(.early) : .anna),
                "\(start)"
            )
        }
    }

    @Test func refusesTokensOfOtherIssuersAndForOthers() async throws {
        let strict = try await tokens(.init(issuer: "https://id.example.com", audience: "flashsale"))
        let open = try await tokens()
        func claims(_ issuer: String?, _ audience: String?) -> String {
            let members = [("iss", issuer), ("aud", audience)].compactMap { name, value in
                value.map { #","\#(name)":\#($0)"# }
            }
            return #"{"sub":"anna","exp":\#(Self.now + 60)\#(members.joined())}"#
        }
        let ours = #""https://id.example.com""#
        for (issuer, audience, expected) in [
            (ours, #""flashsale""#, ShopperTokens.Verdict.anna), (ours, #"["x","flashsale"]"#, .anna),
            (nil, #""flashsale""#, .refused(.issuer)),
            (#""https://id.example.com/""#, #""flashsale""#, .refused(.issuer)),
            (#"[\#(ours),"x"]"#, #""flashsale""#, .refused(.issuer)), ("1", #""flashsale""#, .refused(.issuer)),
            (ours, nil, .refused(.audience)), (ours, #""shop""#, .refused(.audience)),
            (ours, "[]", .refused(.audience)),
            (ours, #"["flashsales"]"#, .refused(.audience)), (ours, "null", .refused(.audience)),
        ] {
            let token = try mint.token(claims: claims(issuer, audience))
            #expect(verdict(of: token, strict) == expected, "\(issuer ?? "-") \(audience ?? "-")")
        }
        #expect(verdict(of: try mint.token(claims: claims(#""anybody""#, nil)), open) == .anna)
        #expect(verdict(of: try mint.token(claims: claims(nil, #""flashsale""#)), open) == .refused(.audience))
    }

    @Test func refusesTokensOfNobody() async throws {
        let tokens = try await tokens()
        let long = String(repeating: "é", count: 256)
        for subject in ["null", "7", #""""#, #"["anna"]"#, #""\u0000""#, #""\#(long)""#] {
            let token = try mint.token(claims: #"{"sub":\#(subject),"exp":\#(Self.now + 60)}"#)
            #expect(verdict(of: token, tokens) == .refused(.subject), "\(subject)")
        }
        #expect(verdict(of: try mint.token(claims: #"{"exp":\#(Self.now + 60)}"#), tokens) == .refused(.subject))
        for claims in ["", "[]", #"{"sub":"anna","sub":"eve","exp":\#(Self.now + 60)}"#, Self.right + "x"] {
            #expect(verdict(of: try mint.token(claims: claims), tokens) == .refused(.malformed), "\(claims)")
        }
    }

    /// A token is proven once, and still ends when it says.
    @Test func remembersARightTokenUntilItEnds() async throws {
        let time = Mutex(Self.now)
        let keys = try ShopperKeys(jwks: Array(TokenMint.set(mint).utf8))
        let tokens = try await ShopperTokens(keys, rules: .init()) {
            Timestamp(microseconds: Int64(time.withLock { $0 }) * 1_000_000)
        }
        let token = try mint.token(claims: Self.right)
        let parts = token.split(separator: ".")
        let forged = "\(parts[0]).\(parts[1]).\(parts[2].first == "A" ? "B" : "A")\(parts[2].dropFirst())"

        #expect([1, 2].map { _ in verdict(of: token, tokens) } == [.anna, .anna])
        #expect([1, 2].map { _ in verdict(of: forged, tokens) } == [.refused(.signature), .refused(.signature)])
        time.withLock { $0 += 59 }
        #expect(verdict(of: token, tokens) == .anna)
        time.withLock { $0 += 1 }
        #expect([1, 2].map { _ in verdict(of: token, tokens) } == [.refused(.expired), .refused(.expired)])
    }

    /// The new key is added before it is used, and the old one goes when its last token has expired.
    @Test func takesOldAndNewKeysWhileBothAreInTheSet() async throws {
        let old = try mint.token(claims: Self.right)
        let new = try elliptic.token(claims: Self.right)
        let before = try await tokens(set: TokenMint.set(mint))
        let during = try await tokens()
        let after = try await tokens(set: TokenMint.set(elliptic))

        #expect([old, new].map { verdict(of: $0, before) } == [.anna, .refused(.key)])
        #expect([old, new].map { verdict(of: $0, during) } == [.anna, .anna])
        #expect([old, new].map { verdict(of: $0, after) } == [.refused(.key), .anna])
    }

    private func tokens(_ rules: ShopperTokens.Rules = .init(), set: String? = nil) async throws -> ShopperTokens {
        let keys = try ShopperKeys(jwks: Array((set ?? TokenMint.set(mint, elliptic)).utf8))
        return try await ShopperTokens(keys, rules: rules) { Timestamp(microseconds: Int64(Self.now) * 1_000_000) }
    }

    private func verdict(of token: String, _ tokens: ShopperTokens) -> ShopperTokens.Verdict {
        tokens.verdict(on: Substring(token))
    }
}

extension ShopperTokens.Verdict {
    fileprivate static var anna: Self { .user(UserID(stored: "anna")) }
}
