/// What the checks found in a run.
public struct Verdict: Sendable {
    /// One thing that must not be, with what shows it.
    public struct Violation: Hashable, Sendable {
        /// The check that found it.
        public let check: Check
        /// A sentence.
        public let message: String
        /// The calls that show it.
        public let evidence: [String]
    }

    /// What was checked.
    public internal(set) var checks: [Check] = []
    /// What was found; of each check the first ``maxKept``.
    public internal(set) var violations: [Check: [Violation]] = [:]
    /// How much was found, by check.
    public internal(set) var counts: [Check: Int] = [:]
    /// Calls in the history.
    public internal(set) var operations = 0
    /// Calls whose answer left it open whether they were done.
    public internal(set) var unknownAnswers = 0
    /// Codes of purchases with such an answer that turned out to be done, and not to be.
    public internal(set) var unknownPurchases = (done: 0, notDone: 0)
    /// Units sold, and units there are.
    public internal(set) var units = (sold: 0, total: 0)

    /// How many violations of one check are kept with their evidence.
    static let maxKept = 10

    /// Whether every check passed.
    public var isClean: Bool { counts.isEmpty }

    /// The checks that failed, in their order.
    public var failed: [Check] { Check.allCases.filter { counts[$0] != nil } }

    /// The promises that are broken, in their order.
    public var brokenPromises: [String] { Set(failed.map(\.promise)).sorted() }

    mutating func add(_ check: Check, _ message: String, _ evidence: [Operation?] = []) {
        let count = counts[check, default: 0]
        counts[check] = count + 1
        guard count < Self.maxKept else { return }
        let calls = evidence.compactMap { $0?.description }
        violations[check, default: []].append(Violation(check: check, message: message, evidence: calls))
    }
}

extension Verdict: CustomStringConvertible {
    /// A line for each check, and under those that failed what was found.
    public var description: String {
        var lines = [
            "\(operations) calls, \(unknownAnswers) with unknown answers"
                + " (purchases: \(unknownPurchases.done) done, \(unknownPurchases.notDone) not);"
                + " \(units.sold) of \(units.total) units sold"
        ]
        for check in checks {
            let count = counts[check] ?? 0
            lines.append(
                "  \(count == 0 ? "✓" : "✗") \(check.promise) \(check.rawValue)\(count == 0 ? "" : ": \(count)")"
            )
            for violation in violations[check] ?? [] {
                lines.append("      \(violation.message)")
                lines += violation.evidence.map { "        \($0)" }
            }
        }
        return lines.joined(separator: "\n")
    }
}
