import Sales

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

    /// The units as a set of bits.
    var soldUnits: SoldUnits {
        var words = [UInt64](repeating: 0, count: (bytes.count + 7) / 8)
        for (index, byte) in bytes.enumerated() where byte != 0 {
            words[index >> 3] |= UInt64(Self.reversed(byte)) << UInt64((index & 7) * 8)
        }
        return SoldUnits(words: words)
    }

    private static func reversed(_ byte: UInt8) -> UInt8 {
        var byte = byte << 4 | byte >> 4
        byte = (byte & 0x33) << 2 | (byte & 0xCC) >> 2
        return (byte & 0x55) << 1 | (byte & 0xAA) >> 1
    }
}
