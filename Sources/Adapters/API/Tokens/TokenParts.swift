import Kernel

/// A token's text taken apart (RFC 7515, compact form); nothing of it is proven.
struct TokenParts {
    /// Longer ones are not looked at.
    static let maxBytes = 4096

    /// The name of the signature's algorithm.
    let algorithm: String
    /// The name of the key.
    let key: ExactText
    /// What is signed.
    let signed: [UInt8]
    let payload: ArraySlice<UInt8>
    let signature: [UInt8]

    /// `nil` where the text has another form, or demands what this service does not know.
    init?(_ text: Substring) {
        guard text.utf8.count <= Self.maxBytes else { return nil }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), header["crit"] == nil,
            case .string(let algorithm)? = header["alg"], case .string(let key)? = header["kid"],
            let signature = Base64URL.decode(parts[2])
        else { return nil }
        self.algorithm = algorithm
        self.key = ExactText(key)
        signed = Array(bytes[..<parts[1].endIndex])
        payload = parts[1]
        self.signature = signature
    }

    /// The claims, to be read once the signature is proven.
    var claims: [String: JSONValue]? { Self.object(payload) }

    private static func object(_ part: ArraySlice<UInt8>) -> [String: JSONValue]? {
        // What is no JSON is no token; nobody is told where it went wrong.
        Base64URL.decode(part).flatMap { try? JSONValue($0) }?.object
    }
}
