import ArgumentParser
import Foundation
import TestSupport

/// Breaks everything around the service, one thing after the other, and checks what it promised.
@main
struct FaultRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flashsale-faults",
        abstract: "Breaks everything around the service, one thing after the other, and checks what it promised.",
        discussion: """
            Starts a PostgreSQL and a Redis of its own, instances of the service and shoppers who record every call \
            and answer. A run in which the fault did not happen, a call is left without a fate, a unit is left \
            unsold or a promise was broken has failed, and so has the whole.
            """
    )

    @Argument(
        help: """
            Faults by name, `recovery` for what --recovery measures, or `failover` for the fail-overs, three times \
            each; all faults, if none is named.
            """
    )
    var names: [String] = []

    @Flag(help: "A few faults, one of each kind.")
    var short = false

    @Flag(help: "Print the faults and end.")
    var list = false

    @Flag(help: "Also measure how fast the service recovers; wants a release build.")
    var recovery = false

    @Option(help: "Decides what shoppers do and when the fault strikes.")
    var seed: UInt64 = 1

    @Option(help: "Calls a fault, at least.")
    var operations = 5000

    @Option(help: "The folder of the programs flashsale and flashsale-load; this program's own, if none is named.")
    var programs: String?

    @Option(help: "A folder for histories and results.")
    var output = ".local/faults"

    @Option(help: "A page to put the tables into; all faults must run, or `recovery` or `failover` alone.")
    var page: String?

    func validate() throws {
        guard page == nil || (!short && (names.isEmpty || Self.groups.contains { names == [$0] })) else {
            throw ValidationError("a page wants all faults, or `recovery` or `failover` alone")
        }
        _ = try chosen()
    }

    func run() async throws {
        if list { return Fault.all.forEach { Terminal.write("\($0.name): \($0.summary)") } }
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        let programs = programs ?? own
        var options = RunOptions(
            postgres: try await .privateServer(),
            service: "\(programs)/flashsale",
            clockLibrary: "\(own)/libShiftedClock.so",
            folder: output
        )
        options.seed = seed
        options.operations = operations
        let results = try await runFaults(chosen(), options)
        let failovers = names.contains(Self.failoverName) ? try await runFailovers(options) : []
        let figures =
            recovery || names.contains(Self.recoveryName)
            ? try await measureRecovery(options, load: "\(programs)/flashsale-load") : []
        if let page {
            let build = programs.contains("release") ? "release" : "debug"
            let circumstances = await Circumstances.now(options, build: build)
            let report = ReliabilityPage(
                circumstances: circumstances,
                results: results,
                failovers: failovers,
                figures: figures
            )
            try report.write(to: page)
        }
        let runs = results + failovers.flatMap(\.runs)
        let failed = runs.count { !$0.isGreen }
        guard failed == 0 else {
            Terminal.write("✗ \(failed) of \(runs.count) runs failed; see \(output)")
            throw ExitCode.failure
        }
        Terminal.write("✓ \(runs.count) faults, no promise broken, seed \(seed); histories in \(output)")
    }

    /// Each three times, by choices of its own.
    private func runFailovers(_ options: RunOptions) async throws -> [Failover] {
        var failovers: [Failover] = []
        for fault in Fault.all where fault.isFailover {
            var failover = Failover(fault: fault.name)
            for round in 0..<3 {
                var options = options
                options.seed = seed + UInt64(round)
                options.folder = "\(output)/failover-\(round + 1)"
                try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
                failover.runs += try await runFaults([fault], options)
            }
            Terminal.write(failover.line)
            failovers.append(failover)
        }
        return failovers
    }

    private func runFaults(_ faults: [Fault], _ options: RunOptions) async throws -> [FaultResult] {
        let file = try ResultFile("\(options.folder)/results\(faults.count == 1 ? "-" + faults[0].name : "").jsonl")
        var results: [FaultResult] = []
        for fault in faults {
            let result = await FaultRun(fault: fault, options: options).run()
            try file.append(result)
            Terminal.write(result.line)
            results.append(result)
        }
        return results
    }

    private func measureRecovery(_ options: RunOptions, load: String) async throws -> [RecoveryFigure] {
        let file = try ResultFile("\(output)/recovery.jsonl")
        var figures: [RecoveryFigure] = []
        try await RecoveryRuns(options: options, load: load, repeats: 5).run { figure in
            try file.append(figure)
            Terminal.write(figure.line)
            figures.append(figure)
        }
        return figures
    }

    /// What stands for the measurements among the names of faults.
    private static let recoveryName = "recovery"
    /// What stands for the fail-overs among them.
    private static let failoverName = "failover"
    private static let groups = [recoveryName, failoverName]

    private func chosen() throws -> [Fault] {
        guard short || !names.isEmpty else { return Fault.all }
        let wanted = (short ? Fault.short : []) + names.filter { !Self.groups.contains($0) }
        return try wanted.map { name in
            guard let fault = Fault.all.first(where: { $0.name == name }) else {
                throw ValidationError("there is no fault \(name); --list names them")
            }
            return fault
        }
    }
}
