import ArgumentParser

/// The settings as options; they are checked by ``AppConfiguration``, which reports all faults at once.
struct SettingOptions: ParsableArguments {
    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Settings, such as --http-port 8080; see 'flashsale check-config'.", valueName: "setting")
    )
    var settings: [String] = []

    /// The whole configuration.
    func configuration() throws -> AppConfiguration { try AppConfiguration.read(arguments: settings) }
}
