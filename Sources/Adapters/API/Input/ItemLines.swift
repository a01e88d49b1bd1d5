import HTTP
import Kernel
import Sales

/// The format of an import or export.
public enum LineFormat: String, Sendable, CaseIterable {
    /// A header line, then a record a line; fields with commas, quotes or line breaks are quoted (RFC 4180).
    case csv
    /// A JSON object a line.
    case ndjson

    /// The format that a request's `format` parameter or content type names.
    static func of(_ request: HTTPRequest, otherwise: LineFormat) throws(ValidationFault) -> LineFormat {
        if let word = try Parameters(query: request).text("format") {
            guard let format = LineFormat(rawValue: word) else {
                throw ValidationFault("format", "must be csv or ndjson")
            }
            return format
        }
        let type = request.header("content-type")?.lowercased() ?? ""
        if type.hasPrefix("text/csv") { return .csv }
        return type.contains("json") ? .ndjson : otherwise
    }
}

/// The lines of an import as items, as they arrive; bounded memory.
public struct ItemLines: AsyncSequence, Sendable {
    /// A line with its item, or what is wrong with it.
    public typealias Element = ParsedLine

    /// Longest record, in bytes.
    static let maxRecord = 65_536

    private let format: LineFormat
    private let source: @Sendable () async throws -> [UInt8]?

    /// Reads lines of a format from pieces of bytes; `nil` ends them.
    public init(format: LineFormat, source: @escaping @Sendable () async throws -> [UInt8]?) {
        self.format = format
        self.source = source
    }

    /// Starts reading; a source can be read once.
    public func makeAsyncIterator() -> Iterator { Iterator(format: format, source: source) }

    /// Reads the lines one by one.
    public struct Iterator: AsyncIteratorProtocol {
        private let source: @Sendable () async throws -> [UInt8]?
        private var splitter: RecordSplitter
        private var parser: ItemLineParser
        private var isAtEnd = false
        private var ready: [RecordSplitter.Record] = []
        private var position = 0

        init(format: LineFormat, source: @escaping @Sendable () async throws -> [UInt8]?) {
            self.source = source
            splitter = RecordSplitter(hasQuotes: format == .csv, maxLength: ItemLines.maxRecord)
            parser = ItemLineParser(format: format)
        }

        /// The next line, or `nil` at the end.
        public mutating func next() async throws -> ParsedLine? {
            while true {
                while position < ready.count {
                    position += 1
                    if let line = parser.parse(ready[position - 1]) { return line }
                }
                if isAtEnd { return nil }
                position = 0
                if let piece = try await source() {
                    ready = splitter.split(piece)
                } else {
                    isAtEnd = true
                    ready = splitter.finish()
                }
            }
        }
    }
}
