/// The values of a statement's parameters, in binary form in one buffer.
///
/// Append them in the order of `$1`, `$2`, …; their SQL types come from casts in the statement and must match exactly:
/// the server refuses an `int4` sent for an `int8`.
public struct PostgresParameters: Sendable {
    /// Where a value lies in `bytes`; `length` is -1 for NULL.
    private struct Slot {
        let offset: Int32
        let length: Int32
    }

    @usableFromInline var bytes: [UInt8] = []
    private var slots: [Slot] = []

    /// No parameters.
    public init() {}

    /// The parameters that `build` appends.
    public init(_ build: (inout PostgresParameters) -> Void) {
        build(&self)
    }

    /// The number of parameters.
    public var count: Int { slots.count }

    /// Makes room for `count` values of `byteCount` bytes in all.
    public mutating func reserveCapacity(count: Int, byteCount: Int) {
        slots.reserveCapacity(count)
        bytes.reserveCapacity(byteCount)
    }

    /// Appends NULL.
    public mutating func null() {
        slots.append(Slot(offset: 0, length: -1))
    }

    /// Appends an `int8`.
    public mutating func int64(_ value: Int64?) {
        append(value) { $0.bytes.appendBigEndian($1) }
    }

    /// Appends an `int4`.
    public mutating func int32(_ value: Int32?) {
        append(value) { $0.bytes.appendBigEndian($1) }
    }

    /// Appends an `int2`.
    public mutating func int16(_ value: Int16?) {
        append(value) { $0.bytes.appendBigEndian($1) }
    }

    /// Appends a `bool`.
    public mutating func bool(_ value: Bool?) {
        append(value) { $0.bytes.append($1 ? 1 : 0) }
    }

    /// Appends a `text`; the server refuses one that contains a zero byte.
    public mutating func text(_ value: String?) {
        append(value) { $0.bytes.appendText($1) }
    }

    /// Appends a `bytea`.
    public mutating func bytes(_ value: [UInt8]?) {
        append(value) { $0.bytes.append(contentsOf: $1) }
    }

    /// Appends a `uuid` given as its first and last eight bytes.
    public mutating func uuid(_ value: (UInt64, UInt64)?) {
        append(value) {
            $0.bytes.appendBigEndian($1.0)
            $0.bytes.appendBigEndian($1.1)
        }
    }

    /// Appends a `timestamptz`; `Int64.max` and `Int64.min` stand for `infinity` and `-infinity`.
    public mutating func timestamp(microsecondsSince1970 value: Int64?) {
        append(value) { $0.bytes.appendBigEndian(PostgresTimestamp.wire(microsecondsSince1970: $1)) }
    }

    private mutating func append<Value>(_ value: Value?, _ write: (inout PostgresParameters, Value) -> Void) {
        guard let value else { return null() }
        let start = bytes.count
        write(&self, value)
        endValue(from: start)
    }

    /// Makes what was appended since `start` the next parameter.
    @usableFromInline
    mutating func endValue(from start: Int) {
        slots.append(Slot(offset: Int32(start), length: Int32(bytes.count - start)))
    }

    /// Calls `body` with what libpq's `PQsend…` functions take: count, values, lengths, formats.
    func withArguments(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Int32
    ) -> Int32 {
        guard !slots.isEmpty else { return body(0, nil, nil, nil) }
        return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: slots.count) { values in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * slots.count) { numbers in
                bytes.withUnsafeBytes { buffer in
                    // An empty value needs a pointer that is not null, even where there is no buffer.
                    let base = buffer.baseAddress ?? UnsafeRawPointer(numbers.baseAddress)
                    for (index, slot) in slots.enumerated() {
                        let value = slot.length < 0 ? nil : base?.advanced(by: Int(slot.offset))
                        values.initializeElement(at: index, to: value?.assumingMemoryBound(to: CChar.self))
                        numbers.initializeElement(at: index, to: max(slot.length, 0))
                        numbers.initializeElement(at: slots.count + index, to: 1)
                    }
                    guard let lengths = numbers.baseAddress, let pointers = values.baseAddress else { return 0 }
                    return body(Int32(slots.count), pointers, lengths, lengths + slots.count)
                }
            }
        }
    }
}

/// PostgreSQL's timestamps count microseconds from 2000-01-01.
@usableFromInline
enum PostgresTimestamp {
    private static let epoch: Int64 = 946_684_800_000_000

    @usableFromInline
    static func wire(microsecondsSince1970 value: Int64) -> Int64 {
        if value == .max { return value }
        let (shifted, overflow) = value.subtractingReportingOverflow(epoch)
        return overflow ? .min : shifted
    }

    static func microsecondsSince1970(wire value: Int64) -> Int64 {
        if value == .min { return value }
        let (shifted, overflow) = value.addingReportingOverflow(epoch)
        return overflow ? .max : shifted
    }
}

extension [UInt8] {
    /// Appends an integer in network order.
    fileprivate mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends UTF-8, as one copy for the usual native string.
    fileprivate mutating func appendText(_ text: String) {
        let isCopied: Void? = text.utf8.withContiguousStorageIfAvailable { append(contentsOf: $0) }
        if isCopied == nil { append(contentsOf: text.utf8) }
    }
}
