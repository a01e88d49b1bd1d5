import Foundation
import JWTKit

/// Makes shoppers' tokens with a key of its own: right ones, and whatever else a test wants signed.
public struct TokenMint: Sendable {
    /// What kind of key.
    public enum Kind: Sendable {
        /// Ed25519.
        case edDSA
        /// P-256.
        case es256
        /// A shared secret, which no service here takes.
        case hs256(secret: [UInt8])
    }

    /// The name of the key.
    public let id: String
    /// The name of the algorithm.
    public let name: String
    /// The public key as a JWK; empty for a shared secret.
    public let jwk: String
    /// The bytes of the public key's first coordinate.
    public let x: [UInt8]
    private let algorithm: any JWTAlgorithm

    /// Makes a key.
    public init(_ id: String, _ kind: Kind = .edDSA) async throws {
        let keys = JWTKeyCollection()
        self.id = id
        switch kind {
        case .edDSA:
            let key = try EdDSA.PrivateKey()
            await keys.add(eddsa: key)
            x = Array(key.publicKey.rawRepresentation)
            name = "EdDSA"
            jwk = #"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"\#(id)","x":"\#(Self.encode(x))"}"#
        case .es256:
            let key = ES256PrivateKey()
            await keys.add(ecdsa: key)
            let point = [key.parameters?.x, key.parameters?.y].map { Array(Data(base64Encoded: $0 ?? "") ?? Data()) }
            x = point[0]
            name = "ES256"
            jwk =
                #"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"\#(id)","#
                + #""x":"\#(Self.encode(point[0]))","y":"\#(Self.encode(point[1]))"}"#
        case .hs256(let secret):
            await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
            x = secret
            name = "HS256"
            jwk = ""
        }
        algorithm = try await keys.getKey()
    }

    /// The JWK set of some keys.
    public static func set(_ mints: TokenMint...) -> String {
        #"{"keys":[\#(mints.map(\.jwk).joined(separator: ","))]}"#
    }

    /// A token for a user until `end`, in seconds since 1970.
    public func token(for user: String, until end: Int) throws -> String {
        try token(claims: #"{"sub":"\#(user)","exp":\#(end)}"#)
    }

    /// A token with these claims, its header made to measure where one is given.
    public func token(claims: String, header: String? = nil) throws -> String {
        let header = header ?? #"{"alg":"\#(name)","typ":"JWT","kid":"\#(id)"}"#
        let signed = Self.encode(Array(header.utf8)) + "." + Self.encode(Array(claims.utf8))
        return signed + "." + Self.encode(try algorithm.sign(Array(signed.utf8)))
    }

    /// Base64 for addresses, without padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}
