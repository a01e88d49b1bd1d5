/// A record of the export of purchases: `sale_id,item_id,user_id,code,purchased_at`.
struct PurchaseRow {
    private let line: ArraySlice<UInt8>
    private let item: ArraySlice<UInt8>
    /// Who bought.
    let user: ArraySlice<UInt8>
    /// By which code.
    let code: CodeTail

    /// `nil` for the header and an empty line.
    ///
    /// Ids with quotes are not undone; those of a load test have none.
    init?(_ line: ArraySlice<UInt8>) {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count >= 5, !fields[0].elementsEqual("sale_id".utf8) else { return nil }
        self.line = line
        item = fields[1]
        user = fields[2]
        code = CodeTail(fields[3])
    }

    /// As it stands in the export.
    var text: String { String(decoding: line, as: UTF8.self) }

    /// The number of a generated item; `nil` for one of another sale.
    func itemNumber(after prefix: [UInt8]) -> Int? { Self.number(item, after: prefix) }

    /// The number of a user of this run; `nil` for somebody else.
    func userNumber(after prefix: [UInt8]) -> Int? { Self.number(user, after: prefix) }

    private static func number(_ text: ArraySlice<UInt8>, after prefix: [UInt8]) -> Int? {
        guard text.starts(with: prefix) else { return nil }
        return text.dropFirst(prefix.count).withUnsafeBytes { Decimal.value($0[...]) }
    }
}
