import ArgumentParser

/// `flashsale-load`: puts a running service under load, and checks afterwards that it kept its promises.
@main
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flashsale-load",
        abstract: "Put a running flashsale under load and check that it keeps its promises.",
        subcommands: [RunCommand.self, ReportCommand.self, CompareCommand.self],
        defaultSubcommand: RunCommand.self
    )
}
