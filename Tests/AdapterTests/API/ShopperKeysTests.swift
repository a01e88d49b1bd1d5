import TestSupport
import Testing

@testable import API

@Suite struct ShopperKeysTests {
    private static let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    @Test func readsKeysOfBothKinds() async throws {
        let set = TokenMint.set(try await TokenMint("a"), try await TokenMint("b", .es256))

        let keys = try ShopperKeys(jwks: Array(set.utf8)).keys

        #expect(keys.map(\.id.string) == ["a", "b"])
        #expect(keys.map(\.algorithm) == [.edDSA, .es256])
    }

    @Test(arguments: [
        "", "{", "[]", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":["a"]}"#, #"{"keys":[{}]}"#,
        #"{"keys":[],"keys":[]}"#,
        set(#""kty":"OKP","crv":"Ed25519","x":"\#(x)""#),
        set(#""kid":"","kty":"OKP","crv":"Ed25519","x":"\#(x)""#),
        set(#""kid":7,"kty":"OKP","crv":"Ed25519","x":"\#(x)""#),
        set(#""kid":"a","kty":"OKP","crv":"Ed25519""#),
        set(#""kid":"a","kty":"OKP","crv":"Ed25519","x":"\#(x.dropLast())""#),
        set(#""kid":"a","kty":"OKP","crv":"Ed25519","x":"\#(x)=""#),
        set(#""kid":"a","kty":"OKP","crv":"X25519","x":"\#(x)""#),
        set(#""kid":"a","kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"ES256""#),
        set(#""kid":"a","kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"none""#),
        set(#""kid":"a","kty":"OKP","crv":"Ed25519","x":"\#(x)","use":"enc""#),
        set(#""kid":"a","kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(x)""#),
        set(#""kid":"a","kty":"EC","crv":"P-256","x":"\#(x)""#),
        set(#""kid":"a","kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)""#),
        set(#""kid":"a","kty":"EC","crv":"P-384","x":"\#(x)","y":"\#(x)""#),
        set(#""kid":"a","kty":"oct","k":"\#(x)""#),
        set(#""kid":"a","kty":"RSA","n":"\#(x)","e":"AQAB""#),
        #"{"keys":[\#([1, 2].map { _ in #"{"kid":"a","kty":"OKP","crv":"Ed25519","x":"\#(x)"}"# }.joined(separator: ","))]}"#,
    ])
    func refusesASetWithAnythingElse(_ text: String) throws {
        let fault = #expect(throws: ShopperKeys.Fault.self) { try ShopperKeys(jwks: Array(text.utf8)) }

        #expect(fault?.reason.hasPrefix("must ") == true && fault?.reason.contains(Self.x.prefix(20)) == false)
    }

    @Test func refusesMoreKeysThanAnybodyNeeds() {
        let keys = (0...100).map { #"{"kid":"\#($0)","kty":"OKP","crv":"Ed25519","x":"\#(Self.x)"}"# }

        #expect(throws: ShopperKeys.Fault.self) {
            try ShopperKeys(jwks: Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
        }
    }

    private static func set(_ members: String) -> String { #"{"keys":[{\#(members)}]}"# }
}

@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", []), ("AA", [0]), ("_w", [255]), ("-_8", [251, 255]), ("AAEC", [0, 1, 2]),
        ("Zm9vYmFy", Array("foobar".utf8)),
    ])
    func readsBytes(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64URL.decode(text.utf8) == bytes)
    }

    /// Padding, the other alphabet, white space, a lone character, and bits that are left over.
    @Test(arguments: ["A", "AAAAA", "AA==", "AB", "AAF", "+w", "/w", "A A", "A\n", "ä", "AA.", "*"])
    func refusesWhatIsNot(_ text: String) {
        #expect(Base64URL.decode(text.utf8) == nil)
    }
}
