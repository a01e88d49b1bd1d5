/// Units of a sale as Redis keeps bits: unit n is the bit `0x80 >> (n & 7)` of byte `n >> 3`.
struct UnitBitmap {
    private(set) var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(_ units: some Sequence<Int32>) {
        bytes = []
        for unit in units {
            let index = Int(unit) >> 3
            if index >= bytes.count { bytes.append(contentsOf: repeatElement(0, count: index + 1 - bytes.count)) }
            bytes[index] |= 0x80 >> UInt8(unit & 7)
        }
    }

    /// The units by number.
    var units: [Int32] {
        var units: [Int32] = []
        for (index, byte) in bytes.enumerated() where byte != 0 {
            for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { units.append(Int32(index * 8 + bit)) }
        }
        return units
    }
}
