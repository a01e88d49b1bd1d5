import Glibc

/// A process and all that descend from it, as the kernel accounts for them.
struct ProcessTree: Sendable {
    let id: Int32

    /// Whether there is such a process.
    var exists: Bool { Self.stat(id) != nil }

    /// Processor seconds of the process, its living descendants, and its dead children that were waited for.
    var processorSeconds: Double {
        var ticks = 0
        for (index, process) in members.enumerated() {
            guard let fields = Self.stat(process) else { continue }
            ticks += fields[11] + fields[12] + (index == 0 ? fields[13] + fields[14] : 0)
        }
        return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Whether others descend from it now.
    var hasDescendants: Bool { members.count > 1 }

    /// Memory in KiB: proportional shares where they may be read, else what the process itself has in RAM.
    var memory: Int {
        let shares = members.map { Self.field("Pss:", in: "/proc/\($0)/smaps_rollup") }
        if shares.allSatisfy({ $0 != nil }) { return shares.reduce(0) { $0 + ($1 ?? 0) } }
        return Self.field("VmRSS:", in: "/proc/\(id)/status") ?? 0
    }

    /// The process first, then its descendants.
    private var members: [Int32] {
        var found = [id]
        var next = 0
        while next < found.count {
            let tasks = File.names(in: "/proc/\(found[next])/task")
            for task in tasks {
                let children = File.text(of: "/proc/\(found[next])/task/\(task)/children") ?? ""
                found += children.split(separator: " ").compactMap { Int32($0) }
            }
            next += 1
        }
        return found
    }

    /// The numbers of `/proc/ID/stat` behind the command and the state; user time is the 12th of them.
    private static func stat(_ id: Int32) -> [Int]? {
        guard let text = File.text(of: "/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ").dropFirst(1).map { Int($0) ?? 0 }
        return fields.count > 15 ? fields : nil
    }

    private static func field(_ name: String, in path: String) -> Int? {
        guard let line = File.text(of: path)?.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else {
            return nil
        }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
