/// Swift source as far as the rules of the tree need to understand it.
enum SwiftCode {
    /// The text, line by line as before, with blanks for comments, strings and regular expressions.
    static func withoutCommentsAndLiterals(_ text: String) -> String {
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.scan(until: nil)
        return String(decoding: scanner.bytes, as: UTF8.self)
    }

    private struct Scanner {
        var bytes: [UInt8]
        var position = 0

        /// Goes on to the closing parenthesis that ends an interpolation, or to the end of the text.
        mutating func scan(until end: UInt8?) {
            var depth = 0
            while position < bytes.count {
                if starts(with: "//") {
                    blank { $0.starts(with: "\n") }
                } else if starts(with: "/*") {
                    blank(through: "*/")
                } else if starts(with: "#/") {
                    blank(through: "/#")
                } else if let hashes = stringStart() {
                    skipString(hashes)
                } else {
                    if bytes[position] == UInt8(ascii: "(") { depth += 1 }
                    if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
                    position += 1
                    if end != nil, depth < 0 { return }
                }
            }
        }

        private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

        /// How many `#` stand before the quote that starts here; `nil` when none starts here.
        private func stringStart() -> Int? {
            let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
            let quote = position + hashes
            return quote < bytes.count && bytes[quote] == UInt8(ascii: "\"") ? hashes : nil
        }

        private mutating func skipString(_ hashCount: Int) {
            let hashes = String(repeating: "#", count: hashCount)
            let quote = starts(with: hashes + "\"\"\"") ? "\"\"\"" : "\""
            blank(hashCount + quote.utf8.count)
            while position < bytes.count, !starts(with: quote + hashes) {
                if starts(with: "\\" + hashes + "(") {
                    blank(2 + hashCount)
                    let start = position
                    scan(until: UInt8(ascii: ")"))
                    for index in start..<position where bytes[index] != UInt8(ascii: "\n") { bytes[index] = 0x20 }
                } else {
                    blank(starts(with: "\\" + hashes) ? 2 + hashCount : 1)
                }
            }
            blank(quote.utf8.count + hashCount)
        }

        private mutating func blank(through end: String) {
            blank { $0.starts(with: end) }
            blank(end.utf8.count)
        }

        private mutating func blank(while isEnd: (Scanner) -> Bool) {
            while position < bytes.count, !isEnd(self) { blank(1) }
        }

        private mutating func blank(_ count: Int) {
            for _ in 0..<count where position < bytes.count {
                if bytes[position] != UInt8(ascii: "\n") { bytes[position] = UInt8(ascii: " ") }
                position += 1
            }
        }
    }
}
