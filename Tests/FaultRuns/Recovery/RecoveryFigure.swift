/// How soon, or how well, after something broke; a line of `recovery.jsonl`.
struct RecoveryFigure: Codable, Sendable {
    /// What is measured.
    var name: String
    /// `ms`, or `%`.
    var unit: String
    /// At most this, or at least this where more is better.
    var aim: Double
    var isBetterHigher = false
    /// Every run.
    var runs: [Double] = []

    /// The worst run of times; the middle one of shares, whose runs are pairs of noisy figures.
    var value: Double {
        let sorted = runs.sorted()
        guard let last = sorted.last else { return isBetterHigher ? 0 : .infinity }
        return isBetterHigher ? sorted[sorted.count / 2] : last
    }

    var isMet: Bool { isBetterHigher ? value >= aim : value <= aim }

    /// A line for the terminal.
    var line: String {
        let all = runs.map { "\(Int($0.rounded()))" }.joined(separator: " ")
        return "\(isMet ? "✓" : "!") \(name): \(Int(value.rounded())) \(unit), aim \(isBetterHigher ? "≥" : "≤") "
            + "\(Int(aim)) \(unit); runs: \(all)"
    }
}
