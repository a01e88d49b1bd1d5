import Foundation
import TestSupport

/// What `make simulate` asks for, by environment variables; an empty one counts as not given.
struct CampaignRequest: Sendable {
    /// What `make test` runs.
    static let usualSeeds: UInt64 = 2000

    /// The one seed to run again and tell about, or the first of ``count``.
    let seed: UInt64?
    /// How many seeds.
    let count: UInt64
    let modes: [Scenario.Mode]
    let bug: PlantedBug?

    init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        func value(_ name: String) -> String? { environment["SIMULATE_\(name)"].flatMap { $0.isEmpty ? nil : $0 } }
        seed = value("SEED").flatMap { UInt64($0) }
        count = value("SEEDS").flatMap { UInt64($0) } ?? (seed == nil ? Self.usualSeeds : 1)
        modes = value("MODE").flatMap { Scenario.Mode(rawValue: $0) }.map { [$0] } ?? Scenario.Mode.allCases
        bug = value("BUG").flatMap { PlantedBug(rawValue: $0) }
    }

    var campaign: Campaign {
        let first = seed ?? 1
        return Campaign(seeds: first...first + max(count, 1) - 1, modes: modes, bug: bug)
    }

    /// Whether its log is wanted.
    var isReplay: Bool { seed != nil && count == 1 }

    /// Whether so much is run that everything rare must have happened.
    var isWhole: Bool { count >= Self.usualSeeds && modes.count == Scenario.Mode.allCases.count && bug == nil }
}
