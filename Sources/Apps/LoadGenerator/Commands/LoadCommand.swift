import ArgumentParser

/// `flashsale-load`: puts a running service under load, and checks afterwards that it kept its promises.
@main
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flashsale-load",
        abstract: "Put a running flashsale under load and check that it keeps its promises.",
        discussion: """
            flashsale-load flow --connections 64 --duration 10
            flashsale-load flow --rate 1667 --duration 60 --watch service=4711 --json runs.jsonl
            flashsale-load report runs.jsonl

            Scenarios: \(ScenarioName.allCases.map(\.rawValue).joined(separator: ", ")). Their options: \
            'flashsale-load help run'.
            """,
        subcommands: [RunCommand.self, ReportCommand.self, CompareCommand.self],
        defaultSubcommand: RunCommand.self
    )
}
