import Foundation
import History
import Testing

/// The service in one process, whole and broken in many ways, under a crowd and real databases.
@Suite(.serialized) struct PlantedBugTests {
    @Test(arguments: PlantedBug.all)
    func isCaught(bug: PlantedBug) async throws {
        var verdict = try await Shop.verdict(on: bug.scene, sql: bug.sql, plant: bug.plant)
        // How threads meet is chance: another crowd may trip over what one has missed.
        for crowd in 1...2 where !verdict.failed.contains(bug.caughtBy) {
            verdict = try await Shop.verdict(on: bug.scene, sql: bug.sql, crowd: crowd, plant: bug.plant)
        }

        Self.report(bug, verdict)
        #expect(verdict.failed.contains(bug.caughtBy), "not caught by \(bug.caughtBy.rawValue): \(verdict)")
    }

    /// Otherwise the checks might only be nervous.
    @Test(arguments: SoundService.all)
    func theServiceAsItIsPasses(service: SoundService) async throws {
        let verdict = try await Shop.verdict(on: service.scene, sql: "", plant: service.plant)

        #expect(verdict.isClean, "\(verdict)")
        #expect(verdict.operations >= 1000)
    }

    @Test func thereAreEnough() {
        #expect(PlantedBug.all.count >= 14)
        #expect(Set(PlantedBug.all.map(\.name)).count == PlantedBug.all.count)
    }

    /// A row of the table "planted bug → caught by check", on standard output.
    private static func report(_ bug: PlantedBug, _ verdict: Verdict) {
        let others = verdict.failed.filter { $0 != bug.caughtBy }.map(\.rawValue).joined(separator: ", ")
        let name = bug.name.padding(toLength: 62, withPad: " ", startingAt: 0)
        let check = verdict.failed.contains(bug.caughtBy) ? bug.caughtBy.rawValue : "NOTHING"
        let row =
            "  planted: \(name) → \(check)\(others.isEmpty ? "" : " (and \(others))"), "
            + "\(verdict.operations) calls\n"
        FileHandle.standardOutput.write(Data(row.utf8))
    }
}

/// The service as it is, where bugs are shown.
struct SoundService: Sendable, CustomTestStringConvertible {
    let name: String
    var scene = Scene()
    /// What happens to it; it can take that.
    var plant: @Sendable (Workbench) -> Void = { _ in }

    var testDescription: String { name }

    static let all = [
        SoundService(name: "at serializable, paused for a while", scene: .paused),
        SoundService(
            name: "at read committed, crowded, while commits and replies get lost",
            scene: Scene(settings: ["--purchase-isolation=read_committed"]) { plan in
                plan.window = 6
                plan.sharedUsers = 60
                plan.removals = 40
            }
        ) { bench in
            bench.loseCommits(andSayNo: false)
            bench.loseReplies(andForgetAttempts: false)
        },
        SoundService(name: "to the end of a sale", scene: .ending),
        SoundService(name: "while some purchases always fail", scene: .someFailForGood),
        SoundService(name: "told late facts of an epoch that has passed", scene: .lateFacts),
        SoundService(name: "with a filter that says yes to everything", scene: .saturatedFilter),
    ]
}
