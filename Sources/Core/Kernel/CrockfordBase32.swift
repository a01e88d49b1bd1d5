/// Crockford's base 32: digits and capital letters without I, L, O and U, easy to read aloud (crockford.com/base32).
public enum CrockfordBase32 {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The lowest `5 × digits` bits of `value`, most significant digit first; at most 12 digits.
    public static func encode(_ value: UInt64, digits: Int) -> String {
        String(unsafeUninitializedCapacity: digits) { buffer in
            write(value, digits: digits, to: buffer, at: 0)
            return digits
        }
    }

    /// Writes what ``encode(_:digits:)`` gives from `start` on, where `buffer` must have room for it.
    public static func write(_ value: UInt64, digits: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int)
    {
        precondition((1...12).contains(digits), "a UInt64 holds 12 whole digits")
        var rest = value
        for index in stride(from: start + digits - 1, through: start, by: -1) {
            buffer[index] = alphabet[Int(rest & 31)]
            rest >>= 5
        }
    }

    /// The number that canonical digits stand for; `nil` for a foreign character, small letters included.
    ///
    /// One number has one text: what decodes encodes to the same text again.
    @inlinable
    public static func decode(_ text: some Sequence<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for byte in text {
            guard let digit = digit(of: byte), value >> 59 == 0 else { return nil }
            value = value << 5 | digit
        }
        return value
    }

    @inlinable
    static func digit(of byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte) - 48
        case UInt8(ascii: "A")...UInt8(ascii: "H"): UInt64(byte) - 55
        case UInt8(ascii: "J"), UInt8(ascii: "K"): UInt64(byte) - 56
        case UInt8(ascii: "M"), UInt8(ascii: "N"): UInt64(byte) - 57
        case UInt8(ascii: "P")...UInt8(ascii: "T"): UInt64(byte) - 58
        case UInt8(ascii: "V")...UInt8(ascii: "Z"): UInt64(byte) - 59
        default: nil
        }
    }
}
