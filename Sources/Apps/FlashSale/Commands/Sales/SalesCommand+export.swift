import API
import ArgumentParser
import Kernel
import Sales

extension SalesCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write purchased items or checkout attempts, a row each.",
            discussion: """
                A file is there as a whole or not at all; until then it is FILE.part. Memory does not grow with the rows.

                Examples:
                  flashsale sales export S-0000000001 --output purchases.csv
                  flashsale sales export S-0000000001 --content attempts --format ndjson | gzip > attempts.ndjson.gz
                """
        )
        @OptionGroup var sale: SaleArgument
        @Option(help: "purchases or attempts.") var content = "purchases"
        @Option(help: "csv or ndjson.") var format = "csv"
        @Option(name: .shortAndLong, help: "A file; default, or -: standard output.") var output: String?
        @OptionGroup var progress: ProgressOptions
        @OptionGroup var options: SettingOptions

        func run() async throws {
            let id = try sale.id()
            guard let content = SaleExport.Content(rawValue: content) else {
                throw ValidationError("--content must be purchases or attempts")
            }
            let (format, path, wanted) = (try Reading.format(format), output, progress.progress)
            try await OperatorTools.run(options.configuration()) { tools in
                guard let summary = try await tools.sales.sale(id, by: OperatorTools.deadline) else {
                    throw CommandFault.noSale(id)
                }
                let total = content == .purchases ? summary.itemsSold : nil
                let progress = Progress("rows", of: total, wanted: wanted)
                let export = SaleExport(exports: tools.exports, sale: summary.sale, format: format)
                let file = try OutputFile(path)
                do {
                    try await export.write(content) { page, rows in
                        try await file.write(page)
                        progress.advance(by: rows, bytes: page.count)
                    }
                    try file.finish()
                    progress.finish()
                } catch {
                    progress.finish()
                    file.abandon()
                    throw error
                }
            }
        }
    }
}
