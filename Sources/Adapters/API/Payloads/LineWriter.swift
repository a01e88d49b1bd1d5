/// Writes records as CSV (RFC 4180, with a header) or as one JSON object a line.
struct LineWriter {
    private let format: LineFormat
    private let columns: [String]
    private var bytes: [UInt8] = []

    init(format: LineFormat, columns: [String]) {
        self.format = format
        self.columns = columns
        if format == .csv { append(columns) }
    }

    /// Adds a record; `nil` is an empty field, or null.
    mutating func append(_ values: [String?]) {
        switch format {
        case .csv:
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendField(value ?? "")
            }
        case .ndjson:
            var json = JSONWriter()
            json.object { json in
                for (column, value) in zip(columns, values) { json.member(dynamic: column, orNull: value) }
            }
            bytes += json.bytes
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// What was written since the last call.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private mutating func appendField(_ value: String) {
        let special: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        guard value.utf8.contains(where: special.contains) else { return bytes.append(contentsOf: value.utf8) }
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
