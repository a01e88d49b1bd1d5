import Glibc

/// Looks for text in received bytes without making strings of them.
enum Text {
    /// Where the next line feed is.
    static func newline(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        position(of: UInt8(ascii: "\n"), in: bytes, from: start)
    }

    /// Where a byte is, at or behind `start`.
    static func position(of byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, Int32(byte), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The value of a header field, whose name is given in lower case; `nil` for a line of another field.
    static func value(ofField name: StaticString, in line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let length = name.utf8CodeUnitCount
        guard line.count > length, line[length] == UInt8(ascii: ":") else { return nil }
        for index in 0..<length where line[index] | 0x20 != name.utf8Start[index] | 0x20 { return nil }
        var from = length + 1
        var to = line.count
        while from < to, isBlank(line[from]) { from += 1 }
        while to > from, isBlank(line[to - 1]) { to -= 1 }
        return UnsafeRawBufferPointer(rebasing: line[from..<to])
    }

    /// Compares byte by byte, letters of either case.
    static func equal(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        return bytes.indices.allSatisfy { bytes[$0] | 0x20 == text.utf8Start[$0] | 0x20 }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// Numbers as digits.
enum Decimal {
    /// The number; `nil` for anything but 1 to 18 digits.
    static func value(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard (1...18).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
