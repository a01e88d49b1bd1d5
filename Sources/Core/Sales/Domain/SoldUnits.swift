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

    /// Whether the unit of this number is known to be sold.
    public func contains(_ number: Int32) -> Bool {
        let index = Int(number) >> 6
        return index < words.count && words[index] & (1 << UInt64(number & 63)) != 0
    }

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

    /// Notes that every unit of `other` is sold.
    public mutating func formUnion(_ other: SoldUnits) {
        if other.words.count > words.count {
            words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        for index in other.words.indices { words[index] |= other.words[index] }
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }
}
