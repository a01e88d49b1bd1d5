/// Which units of a sale are known to be sold, one bit a unit; an absent bit says nothing.
public struct SoldUnits: Hashable, Sendable {
    private var words: [UInt64] = []
    /// How many units are known to be sold.
    public private(set) var count = 0

    /// No unit is known to be sold.
    public init() {}

    /// The units of these numbers are known to be sold.
    public init(_ numbers: some Sequence<Int32>) {
        for number in numbers { insert(number) }
    }

    /// The units whose bits are set: that of number n is bit n & 63 of word n >> 6.
    public init(words: [UInt64]) {
        self.words = words
        while self.words.last == 0 { self.words.removeLast() }
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Whether the unit of this number is known to be sold.
    public func contains(_ number: Int32) -> Bool {
        let index = Int(number) >> 6
        return index < words.count && words[index] & (1 << UInt64(number & 63)) != 0
    }

    /// Whether no unit is known to be sold.
    public var isEmpty: Bool { count == 0 }

    /// Notes that the unit of this number is sold.
    public mutating func insert(_ number: Int32) {
        let index = Int(number) >> 6
        if index >= words.count { words.append(contentsOf: repeatElement(0, count: index + 1 - words.count)) }
        let bit: UInt64 = 1 << UInt64(number & 63)
        if words[index] & bit == 0 { count += 1 }
        words[index] |= bit
    }

    /// The units that are known to be sold, in ascending order.
    public var numbers: some Sequence<Int32> {
        words.indices.lazy.flatMap { index in
            sequence(state: words[index]) { rest -> Int32? in
                guard rest != 0 else { return nil }
                defer { rest &= rest - 1 }
                return Int32(index * 64 + rest.trailingZeroBitCount)
            }
        }
    }

    /// Those that are not among `others`.
    public func subtracting(_ others: SoldUnits) -> SoldUnits {
        var rest = words
        for index in 0..<min(rest.count, others.words.count) { rest[index] &= ~others.words[index] }
        return SoldUnits(words: rest)
    }

    /// One bit for each of the units 1 to `total`, the first in the lowest bit of the first byte; ⌈total/8⌉ bytes.
    public func bitmap(of total: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (total + 7) / 8)
        for index in bytes.indices {
            let bit = index * 8 + 1
            guard bit >> 6 < words.count else { break }
            var byte = words[bit >> 6] >> UInt64(bit & 63)
            // The last bit of eight that begin at bit 57 of a word is in the next word.
            if bit & 63 == 57, bit >> 6 + 1 < words.count { byte |= words[bit >> 6 + 1] << 7 }
            bytes[index] = UInt8(truncatingIfNeeded: byte)
        }
        if total & 7 != 0 { bytes[bytes.count - 1] &= (1 << UInt8(total & 7)) - 1 }
        return bytes
    }

    /// Notes that every unit of `other` is sold.
    public mutating func formUnion(_ other: SoldUnits) {
        if other.words.count > words.count {
            words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        for index in other.words.indices { words[index] |= other.words[index] }
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }
}
