/// A word of a command while it is put together from parts, without a string in between.
public struct RedisWord {
    var bytes: [UInt8]

    /// Adds the UTF-8 of a text.
    public mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Adds bytes.
    public mutating func append(_ part: [UInt8]) { bytes.append(contentsOf: part) }

    /// Adds a number in decimal.
    public mutating func append(_ number: some FixedWidthInteger) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        Self.appendDecimal(UInt64(number.magnitude), to: &bytes)
    }

    static func appendDecimal(_ value: UInt64, to bytes: inout [UInt8]) {
        guard value > 9 else { return bytes.append(48 + UInt8(value)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var rest = value
            while rest > 0 {
                start -= 1
                digits[start] = 48 + UInt8(rest % 10)
                rest /= 10
            }
            bytes.append(contentsOf: digits[start...])
        }
    }
}
