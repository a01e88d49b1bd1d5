import Configuration

/// Reads settings from flags, environment and defaults, in this order, and collects what is wrong with them.
struct SettingReader {
    /// Where a value came from.
    enum Origin: String {
        case flag
        case environment
        case standard = "default"
    }

    private let flags: ConfigReader
    private let environment: ConfigReader
    private(set) var faults: [String] = []
    private let usageFaults: Int

    /// Takes flags as `--http-port 80` or `--http-port=80`; unknown ones are faults.
    init(arguments: [String], environment provider: EnvironmentVariablesProvider = EnvironmentVariablesProvider()) {
        let (values, faults) = Self.parse(arguments)
        self.faults = faults
        usageFaults = faults.count
        flags = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values))
        environment = ConfigReader(provider: provider)
    }

    /// The value of a setting with where it came from; an empty one counts as not given.
    func value(_ setting: Setting) -> (text: String, origin: Origin)? {
        let key = ConfigKey(setting.name.lowercased().split(separator: "_").map(String.init))
        if let text = flags.string(forKey: key), !text.isEmpty { return (text, .flag) }
        if let text = environment.string(forKey: key), !text.isEmpty { return (text, .environment) }
        return setting.defaultValue.map { ($0, .standard) }
    }

    mutating func text(_ setting: Setting) -> String { value(setting)?.text ?? "" }

    mutating func integer(_ setting: Setting, in range: ClosedRange<Int>) -> Int? {
        guard let text = value(setting)?.text else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        report(setting, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
        return nil
    }

    mutating func share(_ setting: Setting) -> Double {
        if let share = Double(text(setting)), (0...1).contains(share) { return share }
        report(setting, "must be a number from 0 to 1, not \"\(text(setting))\"")
        return 0
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ setting: Setting, _: Choice.Type) -> Choice?
    {
        guard let text = value(setting)?.text else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        report(setting, "must be one of \(words), not \"\(text)\"")
        return nil
    }

    /// What is wrong with options and settings; `nil` where nothing is.
    var allFaults: ConfigurationFaults? {
        faults.isEmpty ? nil : ConfigurationFaults(faults: faults, areUsage: faults.count == usageFaults)
    }

    mutating func report(_ setting: Setting, _ fault: String) { faults.append("\(setting.name) \(fault)") }

    private static func parse(_ arguments: [String]) -> (values: [String: String], faults: [String]) {
        var values: [String: String] = [:]
        var faults: [String] = []
        let names = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.flag, $0.name) })
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard let flag = parts.first, let name = names[flag] else {
                faults.append("\(argument) is not a known option")
                continue
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                faults.append("\(flag) needs a value")
                continue
            }
            values[name] = value
        }
        return (values, faults)
    }
}

extension Setting {
    /// The command line option: `--http-port`.
    var flag: String { "--" + name.lowercased().split(separator: "_").joined(separator: "-") }
}
