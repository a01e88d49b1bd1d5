import Sales

@testable import API

/// Lines of an import, as CSV and as JSON.
///
/// Whatever the bytes: the same items come of them at once and in pieces, and lines are numbered upwards.
enum ItemsExercise {
    static func run(_ bytes: [UInt8]) {
        for format in LineFormat.allCases {
            let whole = lines([bytes], format)
            let cut = lines(pieces(of: bytes), format)
            precondition(whole == cut, "the cuts matter: \(whole) at once, \(cut) in pieces")
            precondition(zip(whole, whole.dropFirst()).allSatisfy { $0.number < $1.number }, "lines out of order")
        }
    }

    private struct Line: Equatable {
        let number: Int32
        let text: String
    }

    private static func lines(_ pieces: [[UInt8]], _ format: LineFormat) -> [Line] {
        var splitter = RecordSplitter(hasQuotes: format == .csv, maxLength: ItemLines.maxRecord)
        var parser = ItemLineParser(format: format)
        var records = pieces.flatMap { splitter.split($0) }
        records += splitter.finish()
        return records.compactMap { record in
            parser.parse(record).map { Line(number: $0.line, text: "\($0.item)") }
        }
    }
}
