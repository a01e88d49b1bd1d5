extension BloomFilter {
    /// The filter as bytes: one byte of probes, then the words, least significant byte first.
    public var bytes: [UInt8] {
        var bytes = [UInt8(probes)]
        bytes.reserveCapacity(1 + words.count * 8)
        for word in words {
            for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return bytes
    }

    /// Reads ``bytes`` back; `nil` where they cannot be a filter.
    public init?(bytes: some RandomAccessCollection<UInt8>) {
        guard let probes = bytes.first, bytes.count % 8 == 1 else { return nil }
        var words: [UInt64] = []
        words.reserveCapacity(bytes.count / 8)
        var word: UInt64 = 0
        for (index, byte) in bytes.dropFirst().enumerated() {
            word |= UInt64(byte) << UInt64(index % 8 * 8)
            if index % 8 == 7 {
                words.append(word)
                word = 0
            }
        }
        self.init(storedWords: words, probes: Int(probes))
    }
}
