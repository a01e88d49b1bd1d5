import ArgumentParser
import Logging
import PostgresStores

/// `flashsale migrate`: brings the schema to this program's version.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the schema to this program's version, forward only."
    )

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let hosts = Hosts(try options.configuration(), log: Logger(label: "flashsale"))
        await hosts.look()
        let names = try await Schema(postgres: hosts.postgres).migrate()
        try Terminal.write(names.isEmpty ? "nothing to do" : names.map { "applied \($0)" }.joined(separator: "\n"))
    }
}
