/// A point in time as PostgreSQL's clock tells it, in microseconds since 1970-01-01 00:00:00 UTC.
///
/// Leap seconds do not exist in it, as in PostgreSQL.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01 00:00:00 UTC.
    public let microseconds: Int64

    /// Wraps microseconds since 1970.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whole milliseconds since 1970, rounded down.
    public var milliseconds: Int64 { microseconds.quotientAndFloor(by: 1000) }

    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// The time `seconds` later (earlier, if negative).
    public func adding(seconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds + seconds * 1_000_000) }

    /// The time `duration` later, to the microsecond.
    public func adding(_ duration: Duration) -> Timestamp {
        Timestamp(microseconds: microseconds + duration.microseconds)
    }

    /// How long from `earlier` until this time; negative when it is later.
    public func since(_ earlier: Timestamp) -> Duration { .microseconds(microseconds - earlier.microseconds) }

    /// The start of the UTC hour that this time lies in.
    public var startOfHour: Timestamp {
        let hour: Int64 = 3_600_000_000
        return Timestamp(microseconds: microseconds.quotientAndFloor(by: hour) * hour)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with microseconds: `2026-11-21T12:00:00.000000Z`; years 0000 to 9999.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            write(into: buffer)
            return Self.textLength
        }
    }

    /// How many bytes ``description`` has.
    public static let textLength = 27

    /// Writes what ``description`` gives to the first ``textLength`` bytes of `buffer`.
    public func write(into buffer: UnsafeMutableBufferPointer<UInt8>) {
        let second = microseconds.quotientAndFloor(by: 1_000_000)
        let fraction = microseconds - second * 1_000_000
        let day = second.quotientAndFloor(by: 86_400)
        let ofDay = second - day * 86_400
        let date = CivilDate(daysSince1970: day)
        var position = 0
        func digits(_ value: Int64, _ width: Int, then separator: Unicode.Scalar) {
            var rest = value
            for index in stride(from: position + width - 1, through: position, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            buffer[position + width] = UInt8(ascii: separator)
            position += width + 1
        }
        digits(date.year, 4, then: "-")
        digits(date.month, 2, then: "-")
        digits(date.day, 2, then: "T")
        digits(ofDay / 3600, 2, then: ":")
        digits(ofDay / 60 % 60, 2, then: ":")
        digits(ofDay % 60, 2, then: ".")
        digits(fraction, 6, then: "Z")
    }
}

extension Duration {
    /// The whole microseconds in this duration, rounded towards zero.
    public var microseconds: Int64 {
        // Nine seconds of attoseconds fit into 64 bits, where division costs a tenth.
        let short = Int64(truncatingIfNeeded: attoseconds)
        if Int128(truncatingIfNeeded: short) == attoseconds { return short / 1_000_000_000_000 }
        return components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// The duration as a fraction of seconds, for metrics.
    public var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension Int64 {
    /// Division rounded towards minus infinity, so that times before 1970 work too.
    fileprivate func quotientAndFloor(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
