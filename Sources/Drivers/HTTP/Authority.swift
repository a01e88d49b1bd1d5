import Glibc

/// The part of `Host`, and of a target in absolute form, that names a server (RFC 3986, 3.2; RFC 9110, 4.2.4).
enum Authority {
    /// Whether the text is a host and, at will, a port; without user information.
    ///
    /// A pass over the bytes; an address in brackets is parsed besides.
    static func isWellFormed(_ text: Substring) -> Bool {
        var text = text
        return text.withUTF8 { isWellFormed($0[...]) }
    }

    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    private static func isWellFormed(_ bytes: Bytes) -> Bool {
        guard bytes.first != 0x5B else {
            guard let bracket = bytes.firstIndex(of: 0x5D) else { return false }
            let rest = bytes[(bracket + 1)...]
            guard rest.isEmpty || rest.first == 0x3A, isPort(rest.dropFirst()) else { return false }
            return isIPv6Address(bytes[(bytes.startIndex + 1)..<bracket])
        }
        let colon = bytes.firstIndex(of: 0x3A) ?? bytes.endIndex
        guard isName(bytes[..<colon]) else { return false }
        return colon == bytes.endIndex || isPort(bytes[(colon + 1)...])
    }

    /// A registered name or an address without brackets; not empty, escapes whole.
    private static func isName(_ bytes: Bytes) -> Bool {
        var escape = 0
        for byte in bytes {
            if escape > 0 {
                guard ASCII.hexValue(byte) != nil else { return false }
                escape -= 1
            } else if byte == 0x25 {
                escape = 2
            } else if !ASCII.isNameByte(byte) {
                return false
            }
        }
        return escape == 0 && !bytes.isEmpty
    }

    /// Up to 65535, in at most five digits; none stands for the scheme's own.
    private static func isPort(_ digits: Bytes) -> Bool {
        guard digits.count <= 5, digits.allSatisfy(ASCII.isDigit) else { return false }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 65_535
    }

    private static func isIPv6Address(_ text: Bytes) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, String(decoding: text, as: UTF8.self), &address) == 1
    }
}
