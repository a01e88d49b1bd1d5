import ArgumentParser

/// `flashsale`: the service and its tools in one binary.
@main
struct FlashSaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flashsale",
        abstract: "A flash-sale checkout and purchase service.",
        discussion: """
            Every setting is an environment variable, and an option of the same name: HTTP_PORT or --http-port. \
            'flashsale check-config' lists them all.
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, MigrateCommand.self, SalesCommand.self, ReconcileCommand.self, AuditCommand.self,
            CheckConfigCommand.self,
        ]
    )
}

/// The version of this program.
enum Version {
    static let current = "0.1.0"
}

/// What is wrong with a command or its surroundings, for the terminal.
struct CommandFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
