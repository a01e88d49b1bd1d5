/// A point of virtual time, or a span of it, in microseconds.
struct VirtualTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    let microseconds: Int64

    static let zero = VirtualTime(microseconds: 0)

    static func microseconds(_ value: Int64) -> VirtualTime { VirtualTime(microseconds: value) }
    static func milliseconds(_ value: Int64) -> VirtualTime { VirtualTime(microseconds: value * 1000) }
    static func seconds(_ value: Int64) -> VirtualTime { VirtualTime(microseconds: value * 1_000_000) }

    init(microseconds: Int64) { self.microseconds = microseconds }

    /// Rounded up, so that whoever sleeps until a moment does not wake before it.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        microseconds = seconds * 1_000_000 + whole + (rest > 0 ? 1 : 0)
    }

    var duration: Duration { .microseconds(microseconds) }

    /// Seconds with six digits.
    var description: String {
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }

    static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
    static func + (left: Self, right: Self) -> Self { .init(microseconds: left.microseconds + right.microseconds) }
    static func - (left: Self, right: Self) -> Self { .init(microseconds: left.microseconds - right.microseconds) }
}
