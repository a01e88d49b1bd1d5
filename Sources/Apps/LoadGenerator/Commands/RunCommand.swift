import ArgumentParser

/// `flashsale-load SCENARIO`: runs a scenario, checks the sale, reports.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a scenario, check the sale, report; the word may be left out.",
        discussion: """
            Scenarios: \(ScenarioName.allCases.map { "\($0.rawValue): \($0.meaning)" }.joined(separator: "; ")).

            Exit code 1: more requests failed than --max-failures. Exit code 2: the service broke a promise.
            """
    )

    @Argument(help: "One of \(ScenarioName.allCases.map(\.rawValue).joined(separator: ", ")).") var scenario:
        ScenarioName
    @OptionGroup var options: LoadOptions

    func validate() throws {
        if options.rate != nil, scenario == .rush || scenario == .realistic {
            throw ValidationError("--rate: the shoppers of \(scenario.rawValue) come by themselves; see --users")
        }
    }

    func run() async throws {
        let report = try await LoadRun(scenario: scenario, options: options).execute()
        let line = try report.line
        if let path = options.json, path != "-" {
            try File.append(line + "\n", to: path)
        } else if options.json == "-" {
            Terminal.write(line)
        }
        if options.json != "-" {
            Terminal.write(ReportTable.text(of: [report]) + "\n" + ReportTable.details(of: report))
        }
        for text in report.broken { Terminal.note("BROKEN: \(text)") }
        if !report.broken.isEmpty { throw ExitCode(2) }
        let failures = report.failures.values.reduce(0, +)
        if failures > options.maxFailures { throw ExitCode(1) }
    }
}
