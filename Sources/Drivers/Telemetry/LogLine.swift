import Glibc

/// The bytes of one line while it is made.
struct LogLine {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the text with quotes, backslashes and control characters escaped as in JSON.
    mutating func appendEscaped(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            if utf8.contains(where: Self.needsEscape) {
                for byte in utf8 { appendEscaped(byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
    }

    /// Appends an instant as `2026-01-31T12:34:56.123456Z`.
    mutating func appendTimestamp(_ time: timespec) {
        let day = time.tv_sec / 86_400
        let second = time.tv_sec % 86_400
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", for days after 1970.
        let shifted = day + 719_468
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        appendDigits(yearOfEra + shifted / 146_097 * 400 + (month <= 2 ? 1 : 0), 4)
        append(UInt8(ascii: "-"))
        appendDigits(month, 2)
        append(UInt8(ascii: "-"))
        appendDigits(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2)
        append(UInt8(ascii: "T"))
        appendDigits(second / 3600, 2)
        append(UInt8(ascii: ":"))
        appendDigits(second / 60 % 60, 2)
        append(UInt8(ascii: ":"))
        appendDigits(second % 60, 2)
        append(UInt8(ascii: "."))
        appendDigits(time.tv_nsec / 1000, 6)
        append(UInt8(ascii: "Z"))
    }

    /// Appends the last `count` decimal digits of the number.
    private mutating func appendDigits(_ number: Int, _ count: Int) {
        let start = bytes.count
        var rest = number
        for _ in 0..<count { bytes.append(UInt8(ascii: "0")) }
        for index in (start..<bytes.count).reversed() {
            bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else { return append(byte) }
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        default:
            append("u00")
            for digit in [byte >> 4, byte & 0xF] { append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
    }
}

extension timespec {
    /// The wall clock's time.
    static var now: timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time
    }
}
