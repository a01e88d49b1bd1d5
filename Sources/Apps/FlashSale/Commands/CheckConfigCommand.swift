import ArgumentParser

/// `flashsale check-config`: what is configured, from where, and what is wrong with it.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Print the settings in effect and where each came from; secrets hidden."
    )

    @OptionGroup var options: SettingOptions

    func run() throws {
        var reader = SettingReader(arguments: options.settings)
        let width = Setting.all.map(\.name.count).max() ?? 0
        for setting in Setting.all {
            let name = setting.name + String(repeating: " ", count: width - setting.name.count)
            let found = reader.value(setting)
            let shown = found.map { Redacted.text($0.text, of: setting) } ?? "-"
            try Terminal.write("\(name)  \(shown)  (\(found?.origin.rawValue ?? "not set"); \(setting.meaning))")
        }
        _ = try AppConfiguration.read(from: &reader)
    }
}
