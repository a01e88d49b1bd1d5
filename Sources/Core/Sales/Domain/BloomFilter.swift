/// A Bloom filter: answers "surely not in the set" or "probably in it" from a few bits an element.
///
/// Sized by the textbook formulas (Bloom 1970): m = −n·ln p / (ln 2)² bits and k = m/n·ln 2 probes; probes are
/// derived from two halves of one hash (Kirsch and Mitzenmacher 2006). The hash is its own and stable, because filters
/// travel between processes, and Swift's is seeded per process.
public struct BloomFilter: Hashable, Sendable {
    /// Words of the bit array.
    public private(set) var words: [UInt64]
    /// Probes a lookup.
    public let probes: Int

    /// An empty filter for `capacity` elements with the given share of false positives when full.
    public init(capacity: Int, falsePositives: Double = 0.001) {
        precondition(falsePositives > 0 && falsePositives < 1, "a share lies between 0 and 1")
        let ln2 = 0.693_147_180_559_945_3
        let bits = Double(max(capacity, 1)) * -Self.naturalLogarithm(falsePositives) / (ln2 * ln2)
        words = Array(repeating: 0, count: max(1, Int((bits / 64).rounded(.up))))
        probes = max(1, Int((bits / Double(max(capacity, 1)) * ln2).rounded()))
    }

    /// A filter taken back from its words; `nil` where they cannot be one.
    public init?(storedWords words: [UInt64], probes: Int) {
        guard !words.isEmpty, (1...64).contains(probes) else { return nil }
        self.words = words
        self.probes = probes
    }

    /// A filter that answers "probably" for everything: correct, and of no use but to tests.
    public static let saturated = BloomFilter(all: .max)

    private init(all word: UInt64) {
        words = [word]
        probes = 1
    }

    /// How many bits the filter has.
    public var bitCount: Int { words.count * 64 }

    /// How many bits are set; with ``bitCount`` it tells how full the filter is.
    public var setBitCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The share of absent elements that would be answered "probably", from the bits that are set.
    public var estimatedFalsePositives: Double {
        let fill = Double(setBitCount) / Double(bitCount)
        return (0..<probes).reduce(1.0) { share, _ in share * fill }
    }

    /// Adds the element of these bytes.
    public mutating func insert(_ element: some Sequence<UInt8>) {
        forEachProbe(of: element) { filter, bit in
            filter.words[bit >> 6] |= 1 << (bit & 63)
            return true
        }
    }

    /// Whether the element of these bytes is probably in the set; `false` is certain.
    public func mayContain(_ element: some Sequence<UInt8>) -> Bool {
        var copy = self  // shares the words; nothing is written
        return copy.forEachProbe(of: element) { filter, bit in filter.words[bit >> 6] & (1 << (bit & 63)) != 0 }
    }

    @discardableResult
    private mutating func forEachProbe(
        of element: some Sequence<UInt8>,
        _ probe: (inout BloomFilter, Int) -> Bool
    ) -> Bool {
        let (first, second) = Self.hash(element)
        let size = UInt64(bitCount)
        var position = first
        for _ in 0..<probes {
            // The high half of the product maps 64 bits evenly onto the size (Lemire 2016).
            guard probe(&self, Int(position.multipliedFullWidth(by: size).high)) else { return false }
            position &+= second
        }
        return true
    }

    /// Two 64-bit hashes: FNV-1a over the bytes, then the finalizer of SplitMix64 with two constants.
    static func hash(_ element: some Sequence<UInt8>) -> (UInt64, UInt64) {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in element { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return (mix(state), mix(state ^ 0x9e37_79b9_7f4a_7c15) | 1)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// ln x for 0 < x < 1 by halving into [0.5, 1) and the series of artanh; the core imports no math library.
    private static func naturalLogarithm(_ value: Double) -> Double {
        let ratio = (value.significand - 1) / (value.significand + 1)
        var term = ratio
        var sum = 0.0
        for power in stride(from: 1.0, to: 40.0, by: 2.0) {
            sum += term / power
            term *= ratio * ratio
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }
}
