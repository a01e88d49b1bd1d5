import Foundation
import TestSupport
import Testing

/// The simulation itself is tested: every rule that is broken on purpose must be noticed within what `make test` runs.
@Suite struct PlantedBugTests {
    @Test(arguments: PlantedBug.allCases)
    func notices(bug: PlantedBug) async throws {
        var campaign = Campaign(seeds: 1...CampaignRequest.usualSeeds, bug: bug)
        campaign.stopsAtTheFirst = true

        let summary = await campaign.perform()

        let first = try #require(summary.violations.first, "nothing broke in \(summary.runs) runs")
        FileHandle.standardOutput.write(Data("\(bug): after \(summary.runs) runs, \(first.report)\n".utf8))
    }
}
