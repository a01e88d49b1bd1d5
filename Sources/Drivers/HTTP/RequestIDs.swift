/// Makes request ids: 35 random bits for the event loop, then 40 bits that count.
///
/// 15 characters of Crockford's alphabet, which a Swift string holds without allocating.
struct RequestIDs {
    private static let alphabet: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"

    private let prefix = UInt64.random(in: 0..<(1 << 35))
    private var count = UInt64.random(in: 0..<(1 << 20))

    /// The next id; unique within the process, and among processes but for a chance of one in 2^35.
    mutating func next() -> String {
        count &+= 1
        let (prefix, count) = (prefix, count)
        return String(unsafeUninitializedCapacity: 15) { bytes in
            for index in 0..<7 { bytes[index] = Self.digit(prefix >> UInt64(30 - 5 * index)) }
            for index in 0..<8 { bytes[7 + index] = Self.digit(count >> UInt64(35 - 5 * index)) }
            return 15
        }
    }

    private static func digit(_ value: UInt64) -> UInt8 { alphabet.utf8Start[Int(value & 31)] }
}
