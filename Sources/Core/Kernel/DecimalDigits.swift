/// Decimal numbers as text in memory that is there, without a string in between.
public enum DecimalDigits {
    /// The most digits that a number has.
    public static let maxCount = 10

    /// Writes `number` from `start` on, where `buffer` must have room for it; without leading zeros.
    ///
    /// - Returns: the position after the last digit.
    public static func write(_ number: UInt32, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        var end = start + 1
        var larger = number / 10
        while larger > 0 {
            end += 1
            larger /= 10
        }
        var rest = number
        for index in stride(from: end - 1, through: start, by: -1) {
            buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        return end
    }
}
