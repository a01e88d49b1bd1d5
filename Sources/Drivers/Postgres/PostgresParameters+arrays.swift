/// Arrays of one dimension, counted from 1, built by hand as the server's `array_recv` reads them.
///
/// The element type is part of the value, so the cast in the statement must be to an array of exactly that type.
/// Inlinable, so that a lazily mapped collection of the caller's is written without an array in between.
extension PostgresParameters {
    /// Appends an `int8[]`.
    @inlinable
    public mutating func int64Array(_ values: some Collection<Int64>) {
        fixed(values, of: .int8, width: 8) { $0.storeBytes(of: $1.bigEndian, as: Int64.self) }
    }

    /// Appends an `int4[]`.
    @inlinable
    public mutating func int32Array(_ values: some Collection<Int32>) {
        fixed(values, of: .int4, width: 4) { $0.storeBytes(of: $1.bigEndian, as: Int32.self) }
    }

    /// Appends an `int2[]`.
    @inlinable
    public mutating func int16Array(_ values: some Collection<Int16>) {
        fixed(values, of: .int2, width: 2) { $0.storeBytes(of: $1.bigEndian, as: Int16.self) }
    }

    /// Appends a `bool[]`.
    @inlinable
    public mutating func boolArray(_ values: some Collection<Bool>) {
        fixed(values, of: .bool, width: 1) { $0.storeBytes(of: $1 ? 1 : 0, as: UInt8.self) }
    }

    /// Appends a `uuid[]`, each given as its first and last eight bytes.
    @inlinable
    public mutating func uuidArray(_ values: some Collection<(UInt64, UInt64)>) {
        fixed(values, of: .uuid, width: 16) {
            $0.storeBytes(of: $1.0.bigEndian, as: UInt64.self)
            $0.storeBytes(of: $1.1.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
    }

    /// Appends a `timestamptz[]`.
    @inlinable
    public mutating func timestampArray(microsecondsSince1970 values: some Collection<Int64>) {
        fixed(values, of: .timestamptz, width: 8) {
            $0.storeBytes(of: PostgresTimestamp.wire(microsecondsSince1970: $1).bigEndian, as: Int64.self)
        }
    }

    /// Appends a `text[]`.
    @inlinable
    public mutating func textArray(_ values: some Collection<String>) {
        let start = beginArray(of: .text, count: values.count, hasNulls: false)
        for value in values { appendElement { $0.appendText(value) } }
        endValue(from: start)
    }

    /// Appends a `bytea[]`.
    @inlinable
    public mutating func bytesArray(_ values: some Collection<[UInt8]>) {
        let start = beginArray(of: .bytea, count: values.count, hasNulls: false)
        for value in values { appendElement { $0.append(contentsOf: value) } }
        endValue(from: start)
    }

    /// Appends a `text[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalTextArray(_ values: some Collection<String?>) {
        optional(values, of: .text) { $0.appendText($1) }
    }

    /// Appends an `int4[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalInt32Array(_ values: some Collection<Int32?>) {
        optional(values, of: .int4) { $0.appendBigEndian($1) }
    }

    /// Appends an `int8[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalInt64Array(_ values: some Collection<Int64?>) {
        optional(values, of: .int8) { $0.appendBigEndian($1) }
    }

    /// Appends a `uuid[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalUUIDArray(_ values: some Collection<(UInt64, UInt64)?>) {
        optional(values, of: .uuid) {
            $0.appendBigEndian($1.0)
            $0.appendBigEndian($1.1)
        }
    }

    /// Appends a `timestamptz[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalTimestampArray(microsecondsSince1970 values: some Collection<Int64?>) {
        optional(values, of: .timestamptz) {
            $0.appendBigEndian(PostgresTimestamp.wire(microsecondsSince1970: $1))
        }
    }

    /// Writes elements of one width in one pass over memory made beforehand.
    @inlinable
    mutating func fixed<Element>(
        _ values: some Collection<Element>,
        of type: PostgresType,
        width: Int,
        _ store: (UnsafeMutableRawPointer, Element) -> Void
    ) {
        let count = values.count
        let start = beginArray(of: type, count: count, hasNulls: false)
        let first = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count * (4 + width)))
        bytes.withUnsafeMutableBytes { buffer in
            guard var next = buffer.baseAddress?.advanced(by: first) else { return }
            // The count was promised above; a collection that does not keep to it must not write further.
            for value in values.prefix(count) {
                next.storeBytes(of: Int32(truncatingIfNeeded: width).bigEndian, as: Int32.self)
                store(next + 4, value)
                next += 4 + width
            }
        }
        endValue(from: start)
    }

    /// Writes elements that may be NULL.
    @inlinable
    mutating func optional<Element>(
        _ values: some Collection<Element?>,
        of type: PostgresType,
        _ write: (inout [UInt8], Element) -> Void
    ) {
        let start = beginArray(of: type, count: values.count, hasNulls: true)
        for value in values {
            if let value {
                appendElement { write(&$0, value) }
            } else {
                bytes.appendBigEndian(Int32(-1))
            }
        }
        endValue(from: start)
    }

    /// Writes one element; its length is known once its bytes are there.
    @inlinable
    mutating func appendElement(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        bytes.appendBigEndian(Int32(0))
        write(&bytes)
        let length = Int32(truncatingIfNeeded: bytes.count - start - 4)
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: length.bigEndian, toByteOffset: start, as: Int32.self) }
    }

    /// Dimensions, null flag, element type, then length and lower bound of the one dimension; an empty array has none.
    @usableFromInline
    mutating func beginArray(of type: PostgresType, count: Int, hasNulls: Bool) -> Int {
        let start = bytes.count
        bytes.appendBigEndian(Int32(count == 0 ? 0 : 1))
        bytes.appendBigEndian(Int32(hasNulls ? 1 : 0))
        bytes.appendBigEndian(type.rawValue)
        guard count > 0 else { return start }
        bytes.appendBigEndian(Int32(count))
        bytes.appendBigEndian(Int32(1))
        return start
    }
}
