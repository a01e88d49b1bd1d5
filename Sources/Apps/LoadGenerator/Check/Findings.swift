/// Things found wrong: the first few in words, all by number.
struct Findings: Sendable {
    private static let shown = 10
    private(set) var texts: [String] = []
    private(set) var count = 0

    mutating func add(_ text: @autoclosure () -> String) {
        count += 1
        if texts.count < Self.shown { texts.append(text()) }
    }

    /// The texts, and how many more there are.
    var summary: [String] { texts + (count > texts.count ? ["and \(count - texts.count) more of these"] : []) }
}
