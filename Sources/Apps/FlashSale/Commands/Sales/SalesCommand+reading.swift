import API
import ArgumentParser
import Kernel
import Sales

extension SalesCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the latest sales.",
            discussion: "With --json the member next_cursor is what --before takes for the next page, null at the end."
        )

        @Option(help: "How many, 1 to 1000.") var limit = 20
        @Option(help: "Only sales that are older than this one.") var before: String?
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions

        func validate() throws {
            if !(1...1000).contains(limit) { throw ValidationError("--limit must be from 1 to 1000") }
        }

        func run() async throws {
            let cursor = try before.map { try Reading.sale($0) }
            let (limit, output) = (limit, output)
            try await OperatorTools.run(options.configuration()) { tools in
                let found = try await tools.sales.sales(
                    after: cursor,
                    limit: limit + 1,
                    by: OperatorTools.deadline
                )
                let page = Array(found.prefix(limit))
                let next = found.count > limit ? page.last?.sale.id : nil
                try output.show(json: OperatorPayload.sales(page, nextCursor: next), text: SaleText.list(page))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a sale.")
        @OptionGroup var sale: SaleArgument
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions

        func run() async throws {
            let (id, output) = (try sale.id(), output)
            try await OperatorTools.run(options.configuration()) { try await $0.show(id, output) }
        }
    }

    struct Items: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List items of a sale by their numbers.",
            discussion: "With --json the member next_cursor is what --after takes for the next page, null at the end."
        )

        @OptionGroup var sale: SaleArgument
        @Option(help: "How many, 1 to 1000.") var limit = 50
        @Option(help: "Only items with higher numbers.") var after: Int32 = 0
        @Flag(help: "Only items that are not sold.") var available = false
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions

        func validate() throws {
            if !(1...1000).contains(limit) { throw ValidationError("--limit must be from 1 to 1000") }
        }

        func run() async throws {
            let (id, limit, after, available, output) = (try sale.id(), limit, after, available, output)
            try await OperatorTools.run(options.configuration()) { tools in
                guard try await tools.sales.sale(id, by: OperatorTools.deadline) != nil else {
                    throw CommandFault.noSale(id)
                }
                let found = try await tools.sales.items(
                    of: id,
                    after: after,
                    limit: limit + 1,
                    available: available,
                    by: OperatorTools.deadline
                )
                let page = Array(found.prefix(limit))
                let next = found.count > limit ? page.last?.item.key.number : nil
                try output.show(json: OperatorPayload.items(page, nextCursor: next), text: SaleText.items(page))
            }
        }
    }

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what came of a sale; while it runs, what came of it so far.",
            discussion: """
                Sell-through over time, refusals by reason, codes, buyers, contended items, changes. Takes about ten \
                seconds of one core of PostgreSQL for a million items and five million attempts.
                """
        )
        @OptionGroup var sale: SaleArgument
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions

        func run() async throws {
            let (id, output) = (try sale.id(), output)
            try await OperatorTools.run(options.configuration()) { tools in
                guard let report = try await tools.reports.report(on: id) else { throw CommandFault.noSale(id) }
                try output.show(json: OperatorPayload.report(report), text: ReportText(report).text)
            }
        }
    }
}

extension OperatorTools {
    /// Prints a sale as it is now.
    func show(_ id: SaleID, _ output: OutputOptions) async throws {
        guard let summary = try await sales.sale(id, by: Self.deadline) else { throw CommandFault.noSale(id) }
        try output.show(json: OperatorPayload.sale(summary), text: SaleText.one(summary))
    }
}
