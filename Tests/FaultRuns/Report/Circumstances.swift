import Foundation

/// Where and with what a run was made, for its report.
struct Circumstances: Sendable {
    let date: String
    let commit: String
    let seed: UInt64
    let build: String
    let machine: String

    static func now(_ options: RunOptions, build: String) async -> Circumstances {
        let changed = await told("git", "status", "--porcelain", "--untracked-files=no")
        let commit = await told("git", "rev-parse", "--short", "HEAD")
        let memory = (Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824).rounded()
        let servers = await told("sh", "-c", "ls /usr/lib/postgresql | tail -n 1; redis-server --version")
        let versions = servers.split(separator: "\n").map(String.init)
        let redis = (versions.last ?? "").split(separator: " ").first { $0.hasPrefix("v=") }?.dropFirst(2) ?? "?"
        return Circumstances(
            date: Date().formatted(.iso8601.year().month().day()),
            commit: commit + (changed.isEmpty ? "" : " and changes"),
            seed: options.seed,
            build: build,
            machine: "\(ProcessInfo.processInfo.activeProcessorCount) cores, \(Int(memory)) GiB, "
                + "PostgreSQL \(versions.first ?? "?"), Redis \(redis)"
        )
    }

    /// One line for the document.
    var line: String {
        "\(date), commit \(commit), seed \(seed), \(build) build of the service, everything on one machine: \(machine)."
    }

    /// What a program says; nothing where it cannot, because a report is worth having without it.
    private static func told(_ program: String, _ arguments: String...) async -> String {
        (try? await Command.run(program, arguments)) ?? ""
    }
}
