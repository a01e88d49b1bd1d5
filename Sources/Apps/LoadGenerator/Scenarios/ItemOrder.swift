/// Hands out the items of a sale.
struct ItemOrder {
    enum Way: Equatable {
        /// Each once, until there are none.
        case once
        /// Each in turn, again and again.
        case round
        /// Any, each time.
        case uniform
    }

    private let way: Way
    private let total: Int
    private var shuffled: [Int32] = []
    private var next = 0

    init(_ way: Way, total: Int, isShuffled: Bool, random: inout SeededRandom) {
        self.way = way
        self.total = total
        if isShuffled, way != .uniform { shuffled = (1...Int32(total)).shuffled(using: &random) }
    }

    /// The number of the next item; `nil` when all were handed out.
    mutating func take(_ random: inout SeededRandom) -> Int? {
        if way == .uniform { return random.below(total) + 1 }
        if next == total {
            guard way == .round else { return nil }
            next = 0
        }
        next += 1
        return shuffled.isEmpty ? next : Int(shuffled[next - 1])
    }
}
