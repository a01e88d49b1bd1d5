import Foundation
import TestSupport
import Testing

/// A seed is the whole run: whatever fails once fails again.
@Suite struct DeterminismTests {
    @Test func givesTheSameEventsForTheSameSeed() async {
        let campaign = Campaign(seeds: 1...60)

        let first = await campaign.perform()
        let second = await campaign.perform()

        #expect(first.hash == second.hash)
        #expect(first.steps == second.steps)
        let others = [UInt64(1), 2].map { Run.perform(Scenario(seed: $0, mode: .safety)).hash }
        #expect(others[0] != others[1])
    }

    @Test func keepsTheLogWithoutChangingTheRun() {
        let scenario = Scenario(seed: 3, mode: .liveness)

        let told = Run.perform(scenario, keepsLog: true)

        #expect(told.hash == Run.perform(scenario).hash)
        #expect(told.lines.count > 100)
    }

    /// Hashes are seeded anew in every process, so that whatever depends on the order of a set shows here.
    @Test func givesTheSameEventsInAnotherProcess() async throws {
        let here = await Campaign(seeds: 1...40).perform()
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var environment = ProcessInfo.processInfo.environment
        environment["SIMULATE_SEED"] = "1"
        environment["SIMULATE_SEEDS"] = "40"
        environment["SIMULATE_MODE"] = ""
        environment["SIMULATE_BUG"] = ""

        let child = try ChildProcess(
            program,
            ["--testing-library", "swift-testing", "--filter", "^SimulationTests.CampaignTests"],
            environment: environment
        )
        let end = ContinuousClock.now + .seconds(120)
        while child.exitCode == nil, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }

        #expect(child.exitCode == 0)
        #expect(child.output.contains("event-log hash \(String(here.hash, radix: 16))"))
    }
}
