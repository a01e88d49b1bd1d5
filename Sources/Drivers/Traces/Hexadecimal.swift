/// Numbers as lower-case hexadecimal digits.
enum Hexadecimal {
    private static let digits: StaticString = "0123456789abcdef"

    /// 16 digits a number.
    static func text(_ numbers: UInt64...) -> String {
        String(unsafeUninitializedCapacity: 16 * numbers.count) { bytes in
            for (position, number) in numbers.enumerated() {
                for digit in 0..<16 {
                    bytes[16 * position + digit] = digits.utf8Start[Int(number >> UInt64(60 - 4 * digit) & 15)]
                }
            }
            return 16 * numbers.count
        }
    }

    /// The number that at most 16 digits make; `nil` for any other byte, capital letters included.
    static func number(_ text: some Collection<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
