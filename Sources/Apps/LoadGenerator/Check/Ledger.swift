/// What the shoppers were told, to be compared with the record: 28 bytes a unit of the sale.
struct Ledger: Sendable {
    /// Units of the sale, numbered from 1.
    let totalItems: Int
    /// Units that were acknowledged.
    private(set) var acknowledged = 0
    /// Checkouts that were answered other than with a server fault, each of which is an attempt on record.
    var attempts = 0
    /// Checkouts that may be on record or not.
    var unknownAttempts = 0
    /// When the last unit was acknowledged, in nanoseconds of the monotonic clock; 0 before.
    var soldOutAt: UInt64 = 0
    /// Codes that were kept for later.
    var issued = IssuedCodes()
    /// Codes of purchases whose outcome is not known.
    private(set) var unknownCodes: Set<CodeTail> = []
    /// Answers that no service should give.
    private(set) var wrongAnswers = Findings()
    private var buyers: [Int32]
    private var codes: [CodeTail]

    init(totalItems: Int) {
        self.totalItems = totalItems
        buyers = Array(repeating: -1, count: totalItems)
        codes = Array(repeating: .none, count: totalItems)
    }

    /// Notes that a user was told to have bought an item; the same outcome again is harmless.
    mutating func acknowledge(item: Int, user: Int, code: CodeTail) {
        guard (1...max(1, totalItems)).contains(item) else {
            return wrongAnswers.add("an item that is not in the sale was acknowledged: number \(item)")
        }
        if buyers[item - 1] < 0 {
            acknowledged += 1
            buyers[item - 1] = Int32(clamping: user)
            codes[item - 1] = code
        } else if codes[item - 1] != code {
            wrongAnswers.add("item \(item) was acknowledged to users \(buyers[item - 1]) and \(user)")
        }
    }

    /// Notes that a code may have been redeemed.
    mutating func leaveOpen(_ code: CodeTail) { unknownCodes.insert(code) }

    /// Notes an answer that breaks a promise.
    mutating func addWrongAnswer(_ text: @autoclosure () -> String) { wrongAnswers.add(text()) }

    /// Who was told to have bought an item, and by which code; `nil` where nobody was.
    func buyer(of item: Int) -> (user: Int, code: CodeTail)? {
        guard (1...max(1, totalItems)).contains(item), buyers[item - 1] >= 0 else { return nil }
        return (Int(buyers[item - 1]), codes[item - 1])
    }
}
