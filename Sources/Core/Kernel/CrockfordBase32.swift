/// Crockford's base 32: digits and capital letters without I, L, O and U, easy to read aloud (crockford.com/base32).
public enum CrockfordBase32 {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// What each byte stands for; ``foreign`` where it is no digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: foreign, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
    private static let foreign: UInt8 = 0xFF

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
        alphabet.withUnsafeBufferPointer { alphabet in
            for index in stride(from: start + digits - 1, through: start, by: -1) {
                buffer[index] = alphabet[Int(rest & 31)]
                rest >>= 5
            }
        }
    }

    /// The number that canonical digits stand for; `nil` for a foreign character, small letters included.
    ///
    /// One number has one text: what decodes encodes to the same text again.
    public static func decode(_ text: String) -> UInt64? {
        var text = text
        return text.withUTF8 { decode($0[...]) }
    }

    /// The number that canonical digits in memory stand for.
    public static func decode(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        let values = values
        var number: UInt64 = 0
        for byte in digits {
            let value = values[Int(byte)]
            guard value != foreign, number >> 59 == 0 else { return nil }
            number = number << 5 | UInt64(value)
        }
        return number
    }
}
