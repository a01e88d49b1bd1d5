/// Cuts a stream of bytes into records at line breaks, those inside quotes left alone.
struct RecordSplitter {
    /// A record with the line it begins on, from 1.
    struct Record: Equatable, Sendable {
        let line: Int32
        let bytes: [UInt8]
        /// Whether it was longer than allowed; the bytes are then cut off.
        let isTooLong: Bool
    }

    private let hasQuotes: Bool
    private let maxLength: Int
    private var bytes: [UInt8] = []
    private var isTooLong = false
    private var isQuoted = false
    private var line: Int32 = 1
    private var firstLine: Int32 = 1

    init(hasQuotes: Bool, maxLength: Int) {
        self.hasQuotes = hasQuotes
        self.maxLength = maxLength
    }

    /// The records that end in `piece`.
    mutating func split(_ piece: [UInt8]) -> [Record] {
        var records: [Record] = []
        for byte in piece {
            if byte == UInt8(ascii: "\n") {
                line += 1
                if !isQuoted {
                    records.append(take())
                    continue
                }
            }
            if hasQuotes, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if bytes.count < maxLength { bytes.append(byte) } else { isTooLong = true }
        }
        return records
    }

    /// What is left when the stream ends; a last line needs no line break.
    mutating func finish() -> [Record] { bytes.isEmpty && !isTooLong ? [] : [take()] }

    private mutating func take() -> Record {
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        defer {
            bytes = []
            isTooLong = false
            firstLine = line
        }
        return Record(line: firstLine, bytes: bytes, isTooLong: isTooLong)
    }
}
