import Foundation
import Synchronization
import TestSupport

/// Many runs, on as many threads as there are processors; each run keeps to one of them.
struct Campaign: Sendable {
    /// What came of all runs.
    struct Summary: Sendable {
        var runs = 0
        var violations: [Run.Result] = []
        var branches = BranchCounts()
        var virtualSeconds = 0.0
        /// From the beginning to the end, with whatever else the machine was doing.
        var realSeconds = 0.0
        /// What processors have worked, all of them together.
        var processorSeconds = 0.0
        var steps = 0
        /// Of all runs' hashes, whatever the order in which they ended.
        var hash: UInt64 = 0

        mutating func add(_ result: Run.Result) {
            runs += 1
            if result.violation != nil { violations.append(result) }
            branches.add(result.branches)
            virtualSeconds += Double(result.time.microseconds) / 1_000_000
            steps += result.steps
            hash &+= result.hash &* 0x9e37_79b9_7f4a_7c15
        }

        /// Virtual seconds to a real one.
        var speed: Double { virtualSeconds / max(realSeconds, 0.001) }
        /// Virtual seconds to one of a processor's, which does not depend on what else the machine is doing.
        var speedOfAProcessor: Double { virtualSeconds / max(processorSeconds, 0.001) }
    }

    var seeds: ClosedRange<UInt64>
    var modes = Scenario.Mode.allCases
    var bug: PlantedBug?
    /// Whether one broken promise is enough.
    var stopsAtTheFirst = false

    func perform() async -> Summary {
        let start = ContinuousClock.now
        let seeds = SeedQueue(seeds)
        var summary = await withTaskGroup(of: Summary.self) { group in
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
                group.addTask { work(through: seeds) }
            }
            return await group.reduce(into: Summary()) { $0.add($1) }
        }
        summary.realSeconds = (ContinuousClock.now - start) / .seconds(1)
        return summary
    }

    private func work(through seeds: SeedQueue) -> Summary {
        var summary = Summary()
        let start = Self.processorTime
        while let seed = seeds.next() {
            for mode in modes {
                let result = Run.perform(Scenario(seed: seed, mode: mode, bug: bug))
                summary.add(result)
                if stopsAtTheFirst, result.violation != nil { seeds.close() }
            }
        }
        summary.processorSeconds = Self.processorTime - start
        return summary
    }

    /// How long this thread has had a processor, in seconds; a worker never leaves its thread.
    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Hands each seed out once.
private final class SeedQueue: Sendable {
    private let rest: Mutex<ClosedRange<UInt64>?>

    init(_ seeds: ClosedRange<UInt64>) { rest = Mutex(seeds) }

    func next() -> UInt64? {
        rest.withLock { rest in
            guard let seeds = rest else { return nil }
            rest = seeds.count > 1 ? seeds.lowerBound + 1...seeds.upperBound : nil
            return seeds.lowerBound
        }
    }

    func close() { rest.withLock { $0 = nil } }
}

extension Campaign.Summary {
    fileprivate mutating func add(_ other: Self) {
        runs += other.runs
        violations += other.violations
        branches.add(other.branches)
        virtualSeconds += other.virtualSeconds
        processorSeconds += other.processorSeconds
        steps += other.steps
        hash &+= other.hash
    }
}
