/// Byte classes of RFC 9110 and RFC 3986, and comparisons that allocate nothing.
enum ASCII {
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// Whether the byte is visible, that is `!` to `~`.
    static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || isDigit(byte)
    }

    /// Whether the byte may stand in a token (RFC 9110, 5.6.2).
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: isAlphanumeric(byte)
        }
    }

    /// Whether the byte may stand in a registered name or an address without brackets (RFC 3986, 3.2.2), unescaped.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x24, 0x26...0x2E, 0x3B, 0x3D, 0x5F, 0x7E: true
        default: isAlphanumeric(byte)
        }
    }

    /// The value of a hexadecimal digit, or `nil`.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Whether `text` is `lowercase`, which has no upper-case letters, but for case.
    static func matches(_ text: String, _ lowercase: StaticString) -> Bool {
        guard text.utf8.count == lowercase.utf8CodeUnitCount else { return false }
        var text = text
        return text.withUTF8 { bytes in
            for (position, byte) in bytes.enumerated() {
                let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
                if lower != lowercase.utf8Start[position] { return false }
            }
            return true
        }
    }

    /// Whether two texts are the same but for case.
    static func same(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).allSatisfy { one, other in
            one == other || ((one | 0x20) == (other | 0x20) && (one | 0x20) &- 0x61 < 26)
        }
    }

    /// Whether every byte of `text` passes; one pass over contiguous memory.
    static func areAll(_ text: String, _ passes: (UInt8) -> Bool) -> Bool {
        var text = text
        return text.withUTF8 { bytes in bytes.allSatisfy(passes) }
    }
}
