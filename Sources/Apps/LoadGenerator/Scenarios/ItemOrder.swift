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

    /// Without `block` by number, else at random within each run of so many items.
    init(_ way: Way, total: Int, shuffledInBlocksOf block: Int?, random: inout SeededRandom) {
        self.way = way
        self.total = total
        guard let block, way != .uniform else { return }
        shuffled.reserveCapacity(total)
        for start in stride(from: 0, to: total, by: block) {
            let numbers = Int32(start + 1)...Int32(min(start + block, total))
            shuffled += numbers.shuffled(using: &random)
        }
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
