/// A record of the export of purchases: `sale_id,item_id,user_id,code,purchased_at`.
struct PurchaseRow {
    private let itemText: ArraySlice<UInt8>
    let userText: ArraySlice<UInt8>
    let code: CodeTail
    let text: String

    /// `nil` for the header, an empty line and anything with quotes, which ids of a load test do not have.
    init?(_ line: ArraySlice<UInt8>) {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 5, !fields[0].elementsEqual("sale_id".utf8) else { return nil }
        itemText = fields[1]
        userText = fields[2]
        code = CodeTail(fields[3])
        text = String(decoding: line, as: UTF8.self)
    }

    /// The number of a generated item; `nil` for one of another sale.
    func item(prefix: String) -> Int? { Self.number(itemText, after: Array(prefix.utf8)) }

    /// The number of a user of this run; `nil` for somebody else.
    func user(prefix: [UInt8]) -> Int? { Self.number(userText, after: prefix) }

    private static func number(_ text: ArraySlice<UInt8>, after prefix: [UInt8]) -> Int? {
        guard text.starts(with: prefix) else { return nil }
        return text.dropFirst(prefix.count).withUnsafeBytes { Decimal.value($0[...]) }
    }
}

/// Cuts a stream of bytes into lines.
struct LineCutter: Sendable {
    private var rest: [UInt8] = []

    /// Takes bytes and hands over the lines that are whole, without their ends.
    mutating func take(_ bytes: some Sequence<UInt8>, _ each: (ArraySlice<UInt8>) -> Void) {
        rest.append(contentsOf: bytes)
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            each(rest[start..<end])
            start = end + 1
        }
        rest.removeFirst(start)
    }
}
