extension Timestamp {
    /// Reads RFC 3339: `2026-11-21T12:00:00Z`, `2026-11-21T13:00:00.5+01:00`.
    ///
    /// Digits beyond microseconds are cut off. `nil` where the text has another form, names no real time, or one that is
    /// in no year from 0000 to 9999 in UTC and so could not be written.
    public init?(rfc3339 text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
            let day = reader.digits(2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2), reader.skip(":"),
            let second = reader.digits(2), let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        guard let fraction = reader.fraction(), let offsetMinutes = reader.offset(), reader.isAtEnd else { return nil }

        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second
        guard (-62_167_219_200..<253_402_300_800).contains(seconds) else { return nil }
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

/// Walks over the bytes of a date and takes what its grammar allows next.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        position += 1
        return Int64(bytes[position - 1] - 0x30)
    }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    /// Microseconds after an optional point.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        guard var value = digit() else { return nil }
        var places = 1
        while let next = digit() {
            if places < 6 {
                value = value * 10 + next
                places += 1
            }
        }
        for _ in places..<6 { value *= 10 }
        return value
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let isEast = skip("+")
        guard isEast || skip("-"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
}
