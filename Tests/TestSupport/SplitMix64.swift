/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers for the same seed, on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins the numbers of a seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` - 1, which is at least 1; evenly enough for tests.
    public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// True so many times of a hundred.
    public mutating func percent(_ share: Int) -> Bool { below(100) < share }
}
