import JWTKit
import Kernel

/// The public keys that shoppers' tokens are signed with, each with the one algorithm that it is for.
///
/// A JWK set (RFC 7517) of Ed25519 and P-256 keys. A set that holds anything else is refused as a whole: a key that is
/// left out by a misprint would be missed only when its tokens are.
public struct ShopperKeys: Sendable {
    /// How a token may be signed.
    enum Algorithm: String {
        case edDSA = "EdDSA"
        case es256 = "ES256"
    }

    /// Why a text is no set of keys, as a phrase that follows its name.
    public struct Fault: Error, Equatable {
        /// Says which key; never shows one.
        public let reason: String
    }

    /// One key, valid as such.
    struct Key: Sendable {
        enum Material: Sendable {
            case edDSA(EdDSA.PublicKey)
            case es256(ES256PublicKey)
        }

        let id: ExactText
        let material: Material

        var algorithm: Algorithm {
            switch material {
            case .edDSA: .edDSA
            case .es256: .es256
            }
        }
    }

    static let maxCount = 100

    let keys: [Key]

    /// Reads a set.
    public init(jwks text: [UInt8]) throws(Fault) {
        let members: [String: JSONValue]?
        do { members = try JSONValue(text).object } catch {
            throw Fault(reason: "must be a JWK set, but \(error.reason)")
        }
        guard case .array(let list)? = members?["keys"] else {
            throw Fault(reason: "must be a JWK set: an object with the array \"keys\"")
        }
        guard (1...Self.maxCount).contains(list.count) else {
            throw Fault(reason: "must hold 1 to \(Self.maxCount) keys")
        }
        var keys: [Key] = []
        for (index, value) in list.enumerated() {
            do throws(Fault) {
                let key = try Key(value.object ?? [:])
                if keys.contains(where: { $0.id == key.id }) {
                    throw Fault(reason: "has a \"kid\" that another has too")
                }
                keys.append(key)
            } catch {
                throw Fault(
                    reason: "must hold public keys only that this service knows: key \(index + 1) \(error.reason)"
                )
            }
        }
        self.keys = keys
    }
}

extension ShopperKeys.Key {
    fileprivate typealias Fault = ShopperKeys.Fault

    fileprivate init(_ members: [String: JSONValue]) throws(ShopperKeys.Fault) {
        func text(_ name: String) -> String? { if case .string(let text)? = members[name] { text } else { nil } }
        // A private key has no business here, and whoever can read the settings could make tokens with it.
        if ["d", "k", "p", "q"].contains(where: { members[$0] != nil }) { throw Fault(reason: "is a secret one") }
        guard let id = text("kid"), !id.isEmpty else { throw Fault(reason: "has no \"kid\"") }
        if members["use"] != nil, text("use") != "sig" { throw Fault(reason: "is not for signatures") }
        self.id = ExactText(id)
        material = try Self.material(type: text("kty"), curve: text("crv"), x: text("x"), y: text("y"))
        if members["alg"] != nil, text("alg") != algorithm.rawValue {
            throw Fault(reason: "has an \"alg\" that is not its own")
        }
    }

    private static func material(
        type: String?,
        curve: String?,
        x: String?,
        y: String?
    ) throws(ShopperKeys.Fault) -> Material {
        func isCoordinate(_ text: String) -> Bool { Base64URL.decode(text.utf8)?.count == 32 }
        switch (type, curve, x, y) {
        case ("OKP", "Ed25519", let x?, nil) where isCoordinate(x):
            do { return .edDSA(try EdDSA.PublicKey(x: x, curve: .ed25519)) } catch { break }
        case ("EC", "P-256", let x?, let y?) where isCoordinate(x) && isCoordinate(y):
            do { return .es256(try ES256PublicKey(parameters: (x, y))) } catch { break }
        default: break
        }
        throw Fault(reason: "is neither an Ed25519 key (EdDSA) nor a P-256 key (ES256)")
    }
}
