/// A version 7 UUID (RFC 9562): 48 bits of milliseconds since 1970, then bits that make it unique.
///
/// Ordered like time, so that a range of them is a range of time.
public struct UUIDv7: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// A UUID read back from storage.
    public init(storedHigh high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Composes time, a sequence (its lowest 12 bits count first) and random bits (62 of them).
    public init(time: Timestamp, sequence: UInt64, random: UInt64) {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | 0x7000 | sequence & 0x0FFF
        low = 0x8000_0000_0000_0000 | random & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// When it was made, to the millisecond.
    public var time: Timestamp { Timestamp(microseconds: Int64(high >> 16) * 1000) }

    /// The smallest UUID of a time: the start of a range.
    public static func first(at time: Timestamp) -> UUIDv7 {
        UUIDv7(time: time, sequence: 0, random: 0)
    }

    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
