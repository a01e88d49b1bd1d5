import Foundation
import TestSupport
import Testing

/// The real decisions, group commit and use cases on virtual time, while everything around them breaks.
///
/// `make simulate SEED=… SEEDS=… MODE=safety|liveness` chooses what is run; one seed alone is told event by event.
@Suite struct CampaignTests {
    @Test func keepsEveryPromiseUnderAnySeed() async {
        let request = CampaignRequest()
        if request.isReplay { replay(request) }

        let summary = await request.campaign.perform()

        tell(summary)
        for result in summary.violations.prefix(5) {
            let log = Run.perform(result.scenario, keepsLog: true).lines
            let before = log.prefix { !$0.contains("VIOLATION") }.suffix(40)
            Issue.record("\(result.report)\n\(before.joined(separator: "\n"))")
        }
        if summary.violations.count > 5 { Issue.record("and \(summary.violations.count - 5) more") }
        guard request.isWhole else { return }
        #expect(summary.branches.missing.map(\.rawValue) == [], "never happened, so that nothing is shown about it")
        #expect(summary.speedOfAProcessor >= 100, "virtual seconds to a processor's second")
    }

    /// Everything that happened, line by line.
    private func replay(_ request: CampaignRequest) {
        for mode in request.modes {
            let scenario = Scenario(seed: request.seed ?? 1, mode: mode, bug: request.bug)
            let result = Run.perform(scenario, keepsLog: true)
            write(result.lines.joined(separator: "\n"))
            write("seed \(scenario.seed), \(mode): \(result.violation ?? "every promise kept")\n")
        }
    }

    private func tell(_ summary: Campaign.Summary) {
        let branches = Branch.allCases.map { "\($0) \(summary.branches[$0])" }.joined(separator: ", ")
        write("reached: \(branches)")
        write(
            "simulated \(summary.runs) runs, \(summary.steps) steps, \(Int(summary.virtualSeconds)) virtual seconds "
                + "in \(Int(summary.realSeconds.rounded())) s: \(Int(summary.speed)) times as fast "
                + "(\(Int(summary.speedOfAProcessor)) a processor); event-log hash \(String(summary.hash, radix: 16))"
        )
    }

    private func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
