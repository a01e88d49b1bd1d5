import Kernel

/// Numbers and times as people read them.
enum Words {
    /// `1,234,567`.
    static func count(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// `12.34 %`, rounded down; a dash of nothing.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "-" }
        let hundredths = part * 10_000 / whole
        let fraction = String(hundredths % 100)
        return "\(hundredths / 100).\(fraction.count == 1 ? "0" : "")\(fraction) %"
    }

    /// `2026-01-31 12:00:00Z`, to the second.
    static func time(_ time: Timestamp) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))Z"
    }

    /// `0.25 s`, `2 min 3 s`, `1 h 2 min`, `3 d 4 h`: the two largest units; a dash of none.
    static func duration(_ duration: Duration?) -> String {
        guard let duration else { return "-" }
        let milliseconds = duration.microseconds / 1000
        let seconds = milliseconds / 1000
        if seconds < 60 { return "\(fraction(milliseconds)) s" }
        if seconds < 3600 { return parts((seconds / 60, "min"), (seconds % 60, "s")) }
        if seconds < 86_400 { return parts((seconds / 3600, "h"), (seconds / 60 % 60, "min")) }
        return parts((seconds / 86_400, "d"), (seconds / 3600 % 24, "h"))
    }

    /// `12.3 MB`.
    static func bytes(_ count: Int) -> String {
        let tenths = count / 100_000
        return "\(count / 1_000_000).\(tenths % 10) MB"
    }

    private static func parts(_ units: (number: Int64, name: String)...) -> String {
        units.filter { $0.number > 0 }.map { "\($0.number) \($0.name)" }.joined(separator: " ")
    }

    private static func fraction(_ milliseconds: Int64) -> String {
        let rest = milliseconds % 1000
        guard rest > 0 else { return "\(milliseconds / 1000)" }
        var digits = String(rest + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(milliseconds / 1000).\(digits)"
    }
}
