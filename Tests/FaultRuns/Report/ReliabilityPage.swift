import Foundation

/// The tables of docs/RELIABILITY.md, and their places in it: one for faults, one for fail-overs, one for recovery, each between marks.
struct ReliabilityPage: Sendable {
    let circumstances: Circumstances
    /// Of all faults; where none was run, the page keeps what it has.
    let results: [FaultResult]
    /// Of the fail-overs; where none was run, the page keeps what it has.
    let failovers: [Failover]
    /// What was measured; where nothing was, the page keeps what it has.
    let figures: [RecoveryFigure]

    /// Puts the tables between the marks of a page.
    func write(to path: String) throws {
        var page = try String(contentsOfFile: path, encoding: .utf8)
        if !results.isEmpty {
            let tables = [sum, promiseTable, "### What happened\n\n" + eventTable].joined(separator: "\n\n")
            try put(tables, between: "faults", of: &page)
        }
        if !failovers.isEmpty { try put(failoverTable, between: "failover", of: &page) }
        if !figures.isEmpty { try put(recoveryTable, between: "recovery", of: &page) }
        try page.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func put(_ text: String, between mark: String, of page: inout String) throws {
        guard let begin = page.range(of: "<!-- \(mark) -->"), let end = page.range(of: "<!-- end of \(mark) -->"),
            begin.upperBound <= end.lowerBound
        else { throw FaultRunError("the page has no marks for \(mark)") }
        let range = begin.upperBound..<end.lowerBound
        page.replaceSubrange(range, with: "\n\n\(circumstances.line)\n\n\(text)\n\n")
    }

    private var sum: String {
        let calls = results.reduce(0) { $0 + $1.operations }
        let unknown = results.reduce(0) { $0 + $1.unknown }
        let broken = results.count { !$0.isGreen }
        return "\(results.count) faults, \(calls) calls, \(unknown) with an unknown answer; "
            + (broken == 0 ? "no promise broken, every unit sold." : "\(broken) runs failed.")
    }

    private var promiseTable: String {
        let promises = FaultResult.promises
        let head = ["Fault", "Calls", "Unknown", "Sold", "First success", "Every instance"] + promises
        let rows = results.map { result -> [String] in
            if let failure = result.failure {
                let reason = failure.split(separator: "\n").first ?? ""
                return ["`\(result.fault)`", "invalid: \(reason)"] + Array(repeating: "", count: head.count - 2)
            }
            let marks = promises.map { result.brokenPromises.contains($0) ? "**broken**" : "✓" }
            let times = [result.recovery?.first, result.recovery?.everywhere].map { $0.map { "\($0) ms" } ?? "never" }
            return [
                "`\(result.fault)`", "\(result.operations)", "\(result.unknown)", "\(result.sold) of \(result.units)",
            ] + times + marks
        }
        return Self.table(head, rows)
    }

    private var eventTable: String {
        Self.table(
            ["Fault", "What happens", "What shows that it did", "Sold meanwhile"],
            results.map { result in
                ["`\(result.fault)`", result.summary, result.proof, "\(result.soldAtHealing - result.soldBefore)"]
            }
        )
    }

    private var failoverTable: String {
        Self.table(
            ["Fail-over", "Runs", "Calls", "Turned away", "Unknown", "Lost", "Server away", "Without a success"],
            failovers.map { failover in
                [
                    "`\(failover.fault)`", "\(failover.runs.count)\(failover.isGreen ? "" : " (failed)")",
                    "\(failover.calls)", "\(failover.turnedAway)", "\(failover.unknown)", "\(failover.lost)",
                ]
                    + [failover.away, failover.outage].map {
                        $0.map { String(format: "%.2f s", Double($0) / 1000) } ?? "?"
                    }
            }
        )
    }

    private var recoveryTable: String {
        Self.table(
            ["Figure", "Result", "Aim", "Runs"],
            figures.map { figure in
                [
                    figure.name, "\(Int(figure.value.rounded())) \(figure.unit)\(figure.isMet ? "" : " (missed)")",
                    "\(figure.isBetterHigher ? "≥" : "≤") \(Int(figure.aim)) \(figure.unit)",
                    figure.runs.map { "\(Int($0.rounded()))" }.joined(separator: " "),
                ]
            }
        )
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}
