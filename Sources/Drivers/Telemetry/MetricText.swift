/// Names, labels and numbers as the text format 0.0.4 wants them.
enum MetricText {
    /// Whether the text is a metric's name, `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func isName(_ text: String) -> Bool { isWord(text, colons: true) }

    /// Labels in the order of their names as `a="x",b="y"`; `nil` when a name is none, reserved or there twice.
    static func labels(_ pairs: [(String, String)], of kind: MetricFamily.Kind) -> String? {
        var text = ""
        var previous: String?
        for (name, value) in pairs.sorted(by: { $0.0 < $1.0 }) {
            guard isWord(name, colons: false), !name.hasPrefix("__"), name != previous else { return nil }
            if kind == .histogram, name == "le" { return nil }
            if previous != nil { text += "," }
            text += name + "=\"" + escaped(value, quotes: true) + "\""
            previous = name
        }
        return text
    }

    /// The text with backslashes, line breaks and, where they end it, quotes escaped.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The shortest text that reads back as the same number.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return value.description
    }

    private static func isWord(_ text: String, colons: Bool) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
            case UInt8(ascii: ":"): colons
            default: isDigit(byte)
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
