/// A bounded table that forgets: a set-associative cache, as processors have them.
///
/// A key may lie in four places, which its hash says; a new one takes that of the four that was filled longest ago. So
/// nothing ever grows, moves or is thrown away at once, and no batch waits for that. Keys are known by their hashes
/// alone, 64 bits under the process's own seed: who cannot bear an error in 2⁶⁴ compares what is found.
struct SetAssociativeCache<Key: Hashable, Value> {
    /// How many places a key has; of keys with the same places, so many are kept.
    static var ways: Int { 4 }

    private let bits: Int
    private var hashes: [Int] = []
    private var values: [Value?] = []
    /// Which place of each set is filled next.
    private var oldest: [UInt8] = []

    /// An empty one of `1 << bits` places, 8 bytes each and the values; they are taken with the first value.
    init(bits: Int) {
        precondition(bits >= 2, "a set has four places")
        self.bits = bits
    }

    /// The value last put in, unless it was forgotten; `nil` removes it.
    subscript(key: Key) -> Value? {
        get {
            let hash = key.hashValue
            return place(of: hash).flatMap { values[$0] }
        }
        set {
            let hash = key.hashValue
            let known = place(of: hash)
            guard let newValue else {
                if let known { values[known] = nil }
                return
            }
            if hashes.isEmpty { takePlaces() }
            let place = known ?? nextPlace(in: set(of: hash))
            hashes[place] = hash
            values[place] = newValue
        }
    }

    private func set(of hash: Int) -> Int { hash & (oldest.count - 1) }

    private mutating func takePlaces() {
        hashes = Array(repeating: 0, count: 1 << bits)
        values = Array(repeating: nil, count: 1 << bits)
        oldest = Array(repeating: 0, count: (1 << bits) / Self.ways)
    }

    private func place(of hash: Int) -> Int? {
        guard !hashes.isEmpty else { return nil }
        let first = set(of: hash) * Self.ways
        return (first..<first + Self.ways).first { hashes[$0] == hash && values[$0] != nil }
    }

    private mutating func nextPlace(in set: Int) -> Int {
        defer { oldest[set] = (oldest[set] + 1) % UInt8(Self.ways) }
        return set * Self.ways + Int(oldest[set])
    }
}
