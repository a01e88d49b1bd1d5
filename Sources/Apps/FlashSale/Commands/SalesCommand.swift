import API
import ArgumentParser
import Foundation
import Kernel
import Sales

/// `flashsale sales`: what the operator API does, from the command line.
struct SalesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sales",
        abstract: "Create, list and control sales; import items, export what happened.",
        subcommands: [
            Create.self, List.self, Pause.self, Resume.self, End.self, Extend.self, Import.self, Export.self,
        ]
    )
}

extension SalesCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a sale on record, with generated items.")

        @Option(help: "A name for people.") var name: String?
        @Option(help: "When it opens, such as 2026-01-31T12:00:00Z; default: now.") var startsAt: String?
        @Option(help: "When it closes; default: an hour after it opens.") var endsAt: String?
        @Option(help: "How many items to make up; 0 for a sale whose items are imported.") var totalItems: Int
        @Option(help: "The purchase limit of a user.") var itemsPerUser: Int?
        @Option(help: "Seconds after the end in which issued codes can be redeemed.") var graceSeconds: Int?
        @Option(help: "At the planned end: close or run_out.") var afterEnd: String?
        @OptionGroup var options: SettingOptions

        func run() async throws {
            var request = CreateSale.Request()
            request.name = name
            request.startsAt = try startsAt.map { try Reading.time($0, "--starts-at") }
            request.endsAt = try endsAt.map { try Reading.time($0, "--ends-at") }
            request.totalItems = totalItems
            request.itemsPerUser = itemsPerUser
            request.graceSeconds = graceSeconds
            request.afterEnd = try afterEnd.map { try Reading.afterEnd($0) }
            let wanted = request
            try await OperatorTools.run(options.configuration()) { tools in
                let sale = try await Reading.translating {
                    try await tools.createSale.execute(wanted, by: OperatorTools.actor)
                }
                try await SaleTable.show(sale.id, tools)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the latest sales.")

        @Option(help: "How many.") var limit = 20
        @OptionGroup var options: SettingOptions

        func run() async throws {
            let limit = max(1, min(limit, 1000))
            try await OperatorTools.run(options.configuration()) { tools in
                SaleTable.show(try await tools.sales.sales(after: nil, limit: limit, by: OperatorTools.deadline))
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sell nothing until resumed.")
        @Argument(help: "The sale's id.") var sale: String
        @OptionGroup var options: SettingOptions
        func run() async throws { try await Reading.control(.pause, sale, options) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sell again.")
        @Argument(help: "The sale's id.") var sale: String
        @OptionGroup var options: SettingOptions
        func run() async throws { try await Reading.control(.resume, sale, options) }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sell nothing ever again.")
        @Argument(help: "The sale's id.") var sale: String
        @OptionGroup var options: SettingOptions
        func run() async throws { try await Reading.control(.end, sale, options) }
    }

    struct Extend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Move the planned end later.")
        @Argument(help: "The sale's id.") var sale: String
        @Option(help: "By so many seconds.") var seconds: Int64?
        @Option(help: "To this time.") var endsAt: String?
        @OptionGroup var options: SettingOptions

        func run() async throws {
            if let endsAt {
                try await Reading.control(.extend(to: Reading.time(endsAt, "--ends-at")), sale, options)
            } else if let seconds {
                try await Reading.control(.extendBy(seconds: seconds), sale, options)
            } else {
                throw ValidationError("--seconds or --ends-at must be given")
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring items into a sale before it starts; all or nothing."
        )
        @Argument(help: "The sale's id.") var sale: String
        @Argument(help: "A file of items: .csv with a header, anything else a JSON object a line.") var file: String
        @OptionGroup var options: SettingOptions

        func run() async throws {
            let id = try Reading.sale(sale)
            guard let handle = FileHandle(forReadingAtPath: file) else { throw CommandFault("cannot read \(file)") }
            let format = file.lowercased().hasSuffix(".csv") ? LineFormat.csv : .ndjson
            let lines = ItemLines(format: format) {
                let piece = try handle.read(upToCount: 65_536) ?? Data()
                return piece.isEmpty ? nil : Array(piece)
            }
            try await OperatorTools.run(options.configuration()) { tools in
                let (added, _) = try await Reading.translating {
                    try await tools.importItems.execute(lines, into: id, by: OperatorTools.actor)
                }
                Terminal.write("imported \(added) items")
                try await SaleTable.show(id, tools)
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write what a sale leaves behind to standard output.")
        @Argument(help: "The sale's id.") var sale: String
        @Option(help: "purchases or attempts.") var content = "purchases"
        @Option(help: "csv or ndjson.") var format = "csv"
        @OptionGroup var options: SettingOptions

        func run() async throws {
            let id = try Reading.sale(sale)
            guard let content = SaleExport.Content(rawValue: content) else {
                throw ValidationError("--content must be purchases or attempts")
            }
            guard let format = LineFormat(rawValue: format) else {
                throw ValidationError("--format must be csv or ndjson")
            }
            try await OperatorTools.run(options.configuration()) { tools in
                guard let summary = try await tools.sales.sale(id, by: OperatorTools.deadline) else {
                    throw CommandFault("there is no sale \(id)")
                }
                let export = SaleExport(exports: tools.exports, sale: summary.sale, format: format)
                try await export.write(content) { Terminal.write(bytes: $0) }
            }
        }
    }
}
