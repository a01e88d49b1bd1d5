import Kernel
import Sales

/// Reads an item from a record of an import.
struct ItemLineParser {
    private let format: LineFormat
    private var columns: [String]?

    init(format: LineFormat) { self.format = format }

    /// The item of a record or what is wrong with it; `nil` for an empty line and for the header.
    mutating func parse(_ record: RecordSplitter.Record) -> ParsedLine? {
        if record.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return nil }
        do throws(InvalidText) {
            if record.isTooLong { throw InvalidText(reason: "is longer than \(ItemLines.maxRecord) bytes") }
            switch format {
            case .ndjson: return ParsedLine(line: record.line, item: .success(try Self.json(record.bytes)))
            case .csv:
                let fields = try Self.fields(record.bytes)
                guard let columns else {
                    self.columns = try Self.header(fields)
                    return nil
                }
                return ParsedLine(line: record.line, item: .success(try Self.item(fields, columns)))
            }
        } catch {
            return ParsedLine(line: record.line, item: .failure(error))
        }
    }

    private static func json(_ bytes: [UInt8]) throws(InvalidText) -> ItemDraft {
        let body: OperatorBody
        do throws(ValidationFault) { body = try OperatorBody(bytes) } catch {
            throw InvalidText(reason: error.errors.values.joined(separator: ", "))
        }
        return try ItemDraft(body)
    }

    private static func header(_ fields: [String]) throws(InvalidText) -> [String] {
        let columns = fields.map { $0.lowercased() }
        for name in ["id", "name", "amount_minor", "currency"] where !columns.contains(name) {
            throw InvalidText(reason: "is the header and lacks the column \(name)")
        }
        return columns
    }

    private static func item(_ fields: [String], _ columns: [String]) throws(InvalidText) -> ItemDraft {
        guard fields.count == columns.count else {
            throw InvalidText(reason: "has \(fields.count) fields where the header has \(columns.count)")
        }
        let values = Dictionary(zip(columns, fields), uniquingKeysWith: { first, _ in first })
        let id: ItemID
        do throws(ValidationFault) { id = try ItemID(field: "id", values["id"] ?? "") } catch {
            throw InvalidText(reason: "id \(error.errors["id"] ?? "is not valid")")
        }
        guard let amount = Int64(values["amount_minor"] ?? "") else {
            throw InvalidText(reason: "amount_minor must be a whole number")
        }
        let picture = values["image_url"] ?? ""
        return ItemDraft(
            id: id,
            name: values["name"] ?? "",
            imageURL: picture.isEmpty ? GeneratedItems.imageURL(id) : picture,
            price: Money(amountMinor: amount, currency: values["currency"] ?? "")
        )
    }

    /// The fields of a CSV record (RFC 4180).
    static func fields(_ bytes: [UInt8]) throws(InvalidText) -> [String] {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let next = position + 1 < bytes.count ? bytes[position + 1] : nil
            position += 1
            switch (byte, isQuoted) {
            case (UInt8(ascii: "\""), true) where next == UInt8(ascii: "\""):
                fields[fields.count - 1].append(byte)
                position += 1
            case (UInt8(ascii: "\""), true):
                isQuoted = false
                if let next, next != UInt8(ascii: ",") { throw InvalidText(reason: "has text after a closing quote") }
            case (UInt8(ascii: "\""), false):
                guard fields[fields.count - 1].isEmpty else { throw InvalidText(reason: "has a quote inside a field") }
                isQuoted = true
            case (UInt8(ascii: ","), false): fields.append([])
            default: fields[fields.count - 1].append(byte)
            }
        }
        if isQuoted { throw InvalidText(reason: "has a quoted field without end") }
        var texts: [String] = []
        for field in fields {
            guard let text = String(validating: field, as: UTF8.self) else { throw InvalidText(reason: "is not UTF-8") }
            texts.append(text)
        }
        return texts
    }
}
