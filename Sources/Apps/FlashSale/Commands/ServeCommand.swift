import ArgumentParser

/// `flashsale serve`: the service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the shopper API, and the operator API where a token is set."
    )

    @Flag(help: "Bring the schema to this program's version first.")
    var migrate = false

    @OptionGroup var options: SettingOptions

    func run() async throws {
        DescriptorLimit.raise()
        let configuration = try options.configuration()
        let telemetry = ServiceTelemetry(configuration)
        defer { telemetry.flush() }
        let application = try await Application(configuration, telemetry: telemetry)
        try await application.prepareSchema(migrating: migrate)
        try await application.run()
    }
}
