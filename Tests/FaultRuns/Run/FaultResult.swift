import History

/// What came of one run; a line of `results.jsonl`.
struct FaultResult: Codable, Sendable {
    /// The promises, by their numbers in ARCHITECTURE.md.
    static let promises = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]

    var fault: String
    var summary: String
    var instances: Int
    /// What shows that the fault happened.
    var proof = ""
    var operations = 0
    /// Calls whose answer leaves open what was done; what is known to be refused for want of a server among them.
    var unknown = 0
    /// Calls answered with a 5xx.
    var turnedAway = 0
    var units = 0
    var sold = 0
    var soldBefore = 0
    var soldAtHealing = 0
    var recovery: Recovery?
    /// How long a server was away before another did its work; of fail-overs alone.
    var awayMilliseconds: Int?
    var drainMilliseconds = 0
    /// Checks that failed, with how often.
    var violations: [String: Int] = [:]
    var brokenPromises: [String] = []
    /// Why the run is invalid.
    var failure: String?
    var seconds = 0.0

    init(_ fault: Fault) {
        self.fault = fault.name
        summary = fault.summary
        instances = fault.instances
    }

    /// Whether the fault happened, every call came to rest, and every promise was kept.
    var isGreen: Bool { failure == nil && violations.isEmpty && !proof.isEmpty && sold == units && units > 0 }

    mutating func take(_ verdict: Verdict) {
        operations = verdict.operations
        unknown = verdict.unknownAnswers
        units = verdict.units.total
        sold = verdict.units.sold
        violations = Dictionary(uniqueKeysWithValues: verdict.counts.map { ($0.key.rawValue, $0.value) })
        brokenPromises = verdict.brokenPromises
    }

    /// A line for the terminal.
    var line: String {
        let mark = isGreen ? "✓" : "✗"
        let time = "\(Int(seconds.rounded())) s"
        if let failure { return "\(mark) \(fault), \(time): invalid: \(failure)" }
        let found = violations.isEmpty ? "no promise broken" : "broken: \(violations)"
        let outage = recovery?.outage.map { ", at most \($0) ms without a success" } ?? ""
        return "\(mark) \(fault), \(time): \(operations) calls, \(unknown) unknown\(outage), \(sold)/\(units) sold, "
            + "first success after \(recovery?.first.map { "\($0) ms" } ?? "never"), \(found); \(proof)"
    }
}
