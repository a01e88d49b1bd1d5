/// How many users bought from so many to so many units.
public struct UnitsBracket: Hashable, Sendable {
    /// The fewest units.
    public let from: Int
    /// The most units.
    public let to: Int
    /// How many users.
    public var users: Int
    /// How many units they bought together.
    public var units: Int

    /// Each number up to 10 by itself, then 11–20, 21–50, 51–100 and so on; at most 20 of them up to a limit of 10,000.
    private static let ends: [Int] = Array(1...10) + [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

    /// The brackets that anybody is in, in order, of `users[units bought]`.
    public static func of(_ users: [(bought: Int, users: Int)]) -> [UnitsBracket] {
        var brackets: [UnitsBracket] = []
        for (bought, count) in users.sorted(by: { $0.bought < $1.bought }) where bought > 0 && count > 0 {
            let end = ends.first { $0 >= bought } ?? .max
            if brackets.last?.to != end {
                let start = (ends.last { $0 < end } ?? 0) + 1
                brackets.append(UnitsBracket(from: start, to: end, users: 0, units: 0))
            }
            brackets[brackets.count - 1].users += count
            brackets[brackets.count - 1].units += bought * count
        }
        return brackets
    }
}
