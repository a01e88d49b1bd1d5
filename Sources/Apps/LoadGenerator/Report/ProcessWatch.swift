import Glibc

/// Follows the processor time and memory of named processes through the measured part of a run.
struct ProcessWatch: Sendable {
    private let processes: [String: [ProcessTree]]
    private var families: Set<String> = []
    private var before: [String: Double] = [:]
    private var after: [String: Double] = [:]
    private(set) var memory: [String: RunReport.Memory] = [:]

    /// Watches processes by name, and this one as `load`; those of one name are added up.
    init(_ processes: [String: [ProcessTree]]) {
        self.processes = processes.merging(["load": [ProcessTree(id: getpid())]]) { $1 }
    }

    /// At the beginning of the measured part.
    mutating func open() {
        before = processorSeconds()
        families = Set(processes.filter { $1.contains(where: \.hasDescendants) }.keys)
        noteMemory(second: 0)
    }

    /// Each second of it; looking at shared memory costs, so families of processes get a look each twentieth second.
    mutating func noteMemory(second: Int) {
        for (name, trees) in processes where second.isMultiple(of: 20) || !families.contains(name) {
            let now = trees.reduce(0) { $0 + $1.memory }
            var memory = memory[name] ?? RunReport.Memory(start: now, end: now, max: now)
            memory.end = now
            memory.max = max(memory.max, now)
            self.memory[name] = memory
        }
    }

    /// At its end.
    mutating func close() {
        after = processorSeconds()
        noteMemory(second: 0)
    }

    /// What each name has used, given the counts of the measured part.
    func processor(requests: Int, operations: Int) -> [String: RunReport.Processor] {
        guard !before.isEmpty else { return [:] }
        return after.reduce(into: [:]) { result, entry in
            let seconds = entry.value - (before[entry.key] ?? 0)
            result[entry.key] = RunReport.Processor(
                microsecondsPerRequest: rounded(seconds * 1e6 / Double(max(1, requests))),
                microsecondsPerOperation: rounded(seconds * 1e6 / Double(max(1, operations))),
                seconds: rounded(seconds)
            )
        }
    }

    private func processorSeconds() -> [String: Double] {
        processes.mapValues { trees in trees.reduce(0) { $0 + $1.processorSeconds } }
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
