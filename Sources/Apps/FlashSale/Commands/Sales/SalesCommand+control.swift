import ArgumentParser
import Sales

extension SalesCommand {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sell nothing until resumed; the window goes on.")
        @OptionGroup var sale: SaleArgument
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions
        func run() async throws { try await SalesCommand.control(.pause, sale, output, options) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sell again.")
        @OptionGroup var sale: SaleArgument
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions
        func run() async throws { try await SalesCommand.control(.resume, sale, output, options) }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sell nothing ever again; there is no grace.")
        @OptionGroup var sale: SaleArgument
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions
        func run() async throws { try await SalesCommand.control(.end, sale, output, options) }
    }

    struct Extend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move the planned end later.",
            discussion: """
                With --seconds each call moves it again; with --ends-at repeating is harmless. Example:
                  flashsale sales extend S-0000000001 --seconds 600
                """
        )
        @OptionGroup var sale: SaleArgument
        @Option(help: "By so many seconds.") var seconds: Int64?
        @Option(help: "To this time.") var endsAt: String?
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions

        func validate() throws {
            if seconds == nil, endsAt == nil { throw ValidationError("--seconds or --ends-at must be given") }
        }

        func run() async throws {
            let end = try endsAt.map { try Reading.time($0, "--ends-at") }
            let command = end.map { ControlSale.Command.extend(to: $0) } ?? .extendBy(seconds: seconds ?? 0)
            try await SalesCommand.control(command, sale, output, options)
        }
    }

    fileprivate static func control(
        _ command: ControlSale.Command,
        _ sale: SaleArgument,
        _ output: OutputOptions,
        _ options: SettingOptions
    ) async throws {
        let id = try sale.id()
        try await OperatorTools.run(options.configuration()) { tools in
            switch try await tools.controlSale.execute(command, on: id, by: OperatorTools.actor) {
            case nil: throw CommandFault.noSale(id)
            case .failure(.ended): throw CommandFault("the sale \(id) is over")
            case .failure(.invalidEnd(let reason)): throw CommandFault(reason, .badData)
            case .success: try await tools.show(id, output)
            }
        }
    }
}
