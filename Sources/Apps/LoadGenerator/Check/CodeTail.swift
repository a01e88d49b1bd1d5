/// The last 24 bytes of a checkout code, by which codes are told apart at 24 bytes each.
struct CodeTail: Hashable, Sendable {
    static let none = CodeTail(first: 0, second: 0, third: 0)

    private let first: UInt64
    private let second: UInt64
    private let third: UInt64

    private init(first: UInt64, second: UInt64, third: UInt64) {
        (self.first, self.second, self.third) = (first, second, third)
    }

    /// The tail of a code; of a shorter one all of it.
    init(_ code: some RandomAccessCollection<UInt8>) {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for byte in code.suffix(24) {
            words.0 = words.0 << 8 | words.1 >> 56
            words.1 = words.1 << 8 | words.2 >> 56
            words.2 = words.2 << 8 | UInt64(byte)
        }
        self.init(first: words.0, second: words.1, third: words.2)
    }
}
