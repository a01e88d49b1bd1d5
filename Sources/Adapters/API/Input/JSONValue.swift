/// A JSON value as it was read; object members keep their order and are unique.
///
/// Own, because a body must be refused that names a member twice or nests without end, which Foundation's decoder
/// accepts.
indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The digits as they stand, so that integers lose nothing.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// How deep values may be nested.
    static let maxDepth = 16

    /// Reads one value and nothing after it.
    init(_ bytes: [UInt8]) throws(JSONFault) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }

    var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }
}

/// What is wrong with a JSON text, as a phrase.
struct JSONFault: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Reads JSON (RFC 8259) from bytes, strictly.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONFault) -> JSONValue {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw fault("has something after its end") }
        return value
    }

    private func fault(_ what: String) -> JSONFault { JSONFault("\(what) (at byte \(position))") }

    private mutating func value() throws(JSONFault) -> JSONValue {
        skipSpace()
        guard let byte = peek else { throw fault("ends too early") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONFault) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONFault) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(_ read: (inout JSONParser) throws(JSONFault) -> JSONValue) throws(JSONFault)
        -> JSONValue
    {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSONValue.maxDepth else { throw fault("is nested too deeply") }
        position += 1
        return try read(&self)
    }

    private mutating func object() throws(JSONFault) -> JSONValue {
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw fault("needs a member's name") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw fault("needs a colon") }
            guard members.updateValue(try value(), forKey: name) == nil else { throw fault("names a member twice") }
            skipSpace()
        } while take(",")
        guard take("}") else { throw fault("needs a comma or a closing brace") }
        return .object(members)
    }

    private mutating func array() throws(JSONFault) -> JSONValue {
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw fault("needs a comma or a closing bracket") }
        return .array(elements)
    }

    private mutating func string() throws(JSONFault) -> String {
        position += 1
        var content: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw fault("is not UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw fault("has a control character in a string")
            default: content.append(byte)
            }
        }
        throw fault("has a string without end")
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONFault) {
        guard let byte = peek else { throw fault("ends too early") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: Array(String(try scalar()).utf8))
        default: throw fault("has an unknown escape")
        }
    }

    private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
        var code = try fourDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard take("\\"), take("u") else { throw fault("has half a surrogate pair") }
            let low = try fourDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw fault("has half a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw fault("has half a surrogate pair") }
        return scalar
    }

    private mutating func fourDigits() throws(JSONFault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault("has an unknown escape")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = position
        _ = take("-")
        guard take("0") || digits() else { throw fault("is not JSON") }
        if take("."), !digits() { throw fault("has half a number") }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard digits() else { throw fault("has half a number") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        return position > start
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { end <= bytes.count && bytes[position..<end].elementsEqual($0) }
        guard matches else { throw fault("is not JSON") }
        position = end
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }
}
