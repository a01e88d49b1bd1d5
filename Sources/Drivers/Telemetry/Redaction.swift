/// Texts as they may be shown.
public enum Redaction {
    private static let secretNames = ["pass", "pwd", "secret", "token", "key", "auth", "credential", "signature"]
    private static let hidden = "***"

    /// The address with `***` in place of its password, and of parameters whose names speak of a secret.
    ///
    /// A user without a password is shown for PostgreSQL only: elsewhere it may be a token. When in doubt, where an `@`
    /// stands after the host, more is hidden rather than less. A text without `://` is returned as it is.
    public static func urlWithoutPassword(_ url: String) -> String {
        let bytes = Array(url.utf8)
        guard let colon = bytes.indices.first(where: { bytes[$0...].starts(with: "://".utf8) }) else { return url }
        let scheme = text(bytes[..<colon])
        let rest = bytes[(colon + 3)...]
        guard let at = endOfUser(in: rest) else { return scheme + "://" + withoutSecrets(rest) }
        let user = rest[..<at]
        let tail = "@" + withoutSecrets(rest[(at + 1)...])
        if let separator = user.firstIndex(of: UInt8(ascii: ":")) {
            return scheme + "://" + text(user[..<separator]) + ":" + hidden + tail
        }
        return scheme + "://" + (scheme.hasPrefix("postgres") ? text(user) : hidden) + tail
    }

    /// The `@` that ends user and password, if there are any.
    private static func endOfUser(in rest: ArraySlice<UInt8>) -> Int? {
        let isEnd = { (byte: UInt8) in "/?#".utf8.contains(byte) }
        let authority = rest[..<(rest.firstIndex(where: isEnd) ?? rest.endIndex)]
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { return at }
        // No port: a password that holds one of the bytes that end a host, which the address should have encoded.
        guard let colon = authority.lastIndex(of: UInt8(ascii: ":")), !authority.contains(UInt8(ascii: "]")) else {
            return nil
        }
        let port = authority[(colon + 1)...]
        if !port.isEmpty, port.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return nil }
        return rest.lastIndex(of: UInt8(ascii: "@"))
    }

    /// Host, path and parameters, the secret ones hidden.
    private static func withoutSecrets(_ rest: ArraySlice<UInt8>) -> String {
        guard let start = rest.firstIndex(where: { "?#".utf8.contains($0) }) else { return text(rest) }
        var result = text(rest[..<start])
        var position = start
        while position < rest.endIndex {
            let next = rest[(position + 1)...].firstIndex { "?#&;".utf8.contains($0) } ?? rest.endIndex
            result += parameter(text(rest[position..<next]))
            position = next
        }
        return result
    }

    /// A parameter with the byte that stands before it.
    private static func parameter(_ text: String) -> String {
        guard let equals = text.firstIndex(of: "=") else { return text }
        let name = text[..<equals].lowercased()
        return secretNames.contains { name.contains($0) } ? text[...equals] + hidden : text
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
