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

/// Small files of the kernel.
enum File {
    /// Everything in a file; `nil` where it cannot be read.
    static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let count = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: 4096))
            let read = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), 4096)
            }
            bytes.removeLast(4096 - max(0, read))
            if read <= 0 { return read < 0 ? nil : String(decoding: bytes, as: UTF8.self) }
        }
    }

    /// The entries of a directory that are numbers.
    static func names(in path: String) -> [Int32] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name) { names.append(number) }
        }
        return names
    }

    /// Adds text at the end of a file, making it if need be.
    ///
    /// - Throws: ``LoadFault`` where that cannot be done.
    static func append(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        let bytes = Array(text.utf8)
        guard descriptor >= 0, bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count
        else { throw LoadFault("\(path) cannot be written") }
        close(descriptor)
    }
}
