import API
import ArgumentParser
import Kernel
import Sales

extension SalesCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring items into a sale before it starts; all or nothing.",
            discussion: """
                NDJSON is a JSON object a line with id, name, price and, if wanted, image_url; CSV has a header that \
                names id, name, amount_minor, currency and, if wanted, image_url. Lines that are wrong are named, and \
                nothing is imported then. Memory does not grow with the file.

                Examples:
                  flashsale sales import S-0000000001 items.csv
                  zcat items.ndjson.gz | flashsale sales import S-0000000001 - --format ndjson
                """
        )
        @OptionGroup var sale: SaleArgument
        @Argument(help: "A file, or - for standard input.") var file: String
        @Option(help: "csv or ndjson; default: csv for a file that ends in .csv, else ndjson.") var format: String?
        @OptionGroup var progress: ProgressOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions

        func run() async throws {
            let id = try sale.id()
            let format = try Reading.format(format ?? (file.lowercased().hasSuffix(".csv") ? "csv" : "ndjson"))
            let (input, output) = (try InputFile(file), output)
            let progress = Progress("items", bytes: input.length, wanted: progress.progress)
            let lines = ItemLines(format: format) {
                let piece = try await input.read()
                progress.advance(bytes: piece?.count ?? 0)
                return piece
            }
            try await OperatorTools.run(options.configuration()) { tools in
                let added = try await tools.add(WatchedLines(lines: lines, progress: progress), to: id)
                progress.finish()
                guard let summary = try await tools.sales.sale(id, by: OperatorTools.deadline) else {
                    throw CommandFault.noSale(id)
                }
                try output.show(
                    json: OperatorPayload.imported(added, into: summary),
                    text: "imported \(Words.count(added)) items\n\n\(SaleText.one(summary))"
                )
            }
        }
    }
}

extension OperatorTools {
    fileprivate func add(_ lines: WatchedLines, to id: SaleID) async throws -> Int {
        do throws(ImportItems.Failure) {
            return try await importItems.execute(lines, into: id, by: Self.actor).added
        } catch {
            lines.progress.finish()
            throw CommandFault(importing: error, into: id)
        }
    }
}

/// Lines that are counted as they pass.
private struct WatchedLines: AsyncSequence, Sendable {
    typealias Element = ParsedLine

    let lines: ItemLines
    let progress: Progress

    func makeAsyncIterator() -> Iterator { Iterator(lines: lines.makeAsyncIterator(), progress: progress) }

    struct Iterator: AsyncIteratorProtocol {
        var lines: ItemLines.Iterator
        let progress: Progress

        mutating func next() async throws -> ParsedLine? {
            let line = try await lines.next()
            if line == nil { progress.turn(to: "moving them into the sale") } else { progress.advance(by: 1) }
            return line
        }
    }
}

extension CommandFault {
    fileprivate init(importing failure: ImportItems.Failure, into id: SaleID) {
        switch failure {
        case .saleNotFound: self = .noSale(id)
        case .saleHasBegun: self.init("the sale \(id) has begun; items can be imported before it starts")
        case .rejected(let faults):
            self.init(
                "nothing was imported:" + faults.map { "\n  line \($0.line): \($0.reason)" }.joined(),
                .badData
            )
        case .store(let error): self.init(error, "nothing was imported")
        case .stream(let error):
            let reason = CommandFault(thrown: error)
            self.init("nothing was imported: \(reason?.description ?? "\(error)")", reason?.code ?? .notFound)
        }
    }
}
