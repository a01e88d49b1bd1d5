import ArgumentParser
import PostgresStores

/// `flashsale migrate`: brings the schema to this program's version.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the schema to this program's version, forward only."
    )

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let names = try await Schema(url: options.configuration().databaseURL).migrate()
        try Terminal.write(names.isEmpty ? "nothing to do" : names.map { "applied \($0)" }.joined(separator: "\n"))
    }
}
