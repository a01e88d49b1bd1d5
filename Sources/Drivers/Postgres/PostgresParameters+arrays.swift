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
        fixed(values, of: .uuid, width: 16) { $0.storeUUID($1) }
    }

    /// Appends a `timestamptz[]`.
    @inlinable
    public mutating func timestampArray(microsecondsSince1970 values: some Collection<Int64>) {
        fixed(values, of: .timestamptz, width: 8) { $0.storeTimestamp($1) }
    }

    /// Appends a `text[]`.
    @inlinable
    public mutating func textArray(_ values: some Collection<String>) {
        sized(values, of: .text, length: { $0.utf8.count }, { $0.storeText($1) })
    }

    /// Appends a `bytea[]`.
    @inlinable
    public mutating func bytesArray(_ values: some Collection<[UInt8]>) {
        sized(values, of: .bytea, length: { $0.count }, { $0.storeAll($1) })
    }

    /// Appends a `text[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalTextArray(_ values: some Collection<String?>) {
        optional(values, of: .text, length: { $0.utf8.count }, { $0.storeText($1) })
    }

    /// Appends an `int4[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalInt32Array(_ values: some Collection<Int32?>) {
        optional(values, of: .int4, length: { _ in 4 }, { $0.storeBytes(of: $1.bigEndian, as: Int32.self) })
    }

    /// Appends an `int8[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalInt64Array(_ values: some Collection<Int64?>) {
        optional(values, of: .int8, length: { _ in 8 }, { $0.storeBytes(of: $1.bigEndian, as: Int64.self) })
    }

    /// Appends a `uuid[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalUUIDArray(_ values: some Collection<(UInt64, UInt64)?>) {
        optional(values, of: .uuid, length: { _ in 16 }, { $0.storeUUID($1) })
    }

    /// Appends a `timestamptz[]` whose `nil` elements are NULL.
    @inlinable
    public mutating func optionalTimestampArray(microsecondsSince1970 values: some Collection<Int64?>) {
        optional(values, of: .timestamptz, length: { _ in 8 }, { $0.storeTimestamp($1) })
    }

    /// Writes elements of one width.
    @inlinable
    mutating func fixed<Element>(
        _ values: some Collection<Element>,
        of type: PostgresType,
        width: Int,
        _ store: (UnsafeMutableRawPointer, Element) -> Void
    ) {
        let room = values.count * (4 + width)
        array(values, of: type, hasNulls: false, room: room, length: { _ in width }, store)
    }

    /// Writes elements of any length, 0 included.
    ///
    /// They are gone through twice, first to measure them; a lazily mapped collection computes each one twice.
    @inlinable
    mutating func sized<Element>(
        _ values: some Collection<Element>,
        of type: PostgresType,
        length: (Element) -> Int,
        _ store: (UnsafeMutableRawPointer, Element) -> Void
    ) {
        var room = 0
        for value in values { room += 4 + length(value) }
        array(values, of: type, hasNulls: false, room: room, length: length, store)
    }

    /// Writes elements that may be NULL, gone through twice as well.
    @inlinable
    mutating func optional<Element>(
        _ values: some Collection<Element?>,
        of type: PostgresType,
        length: (Element) -> Int,
        _ store: (UnsafeMutableRawPointer, Element) -> Void
    ) {
        var room = 0
        for value in values { room += 4 + (value.map(length) ?? 0) }
        array(values, of: type, hasNulls: true, room: room, length: { $0.map(length) ?? -1 }) { target, value in
            if let value { store(target, value) }
        }
    }

    /// Writes an array into memory made for it: dimensions, null flag, element type, length and lower bound of the one
    /// dimension, which an empty array has not; then each element behind its length, -1 for NULL.
    @inlinable
    mutating func array<Element>(
        _ values: some Collection<Element>,
        of type: PostgresType,
        hasNulls: Bool,
        room: Int,
        length: (Element) -> Int,
        _ store: (UnsafeMutableRawPointer, Element) -> Void
    ) {
        let start = bytes.count
        let count = values.count
        let size = (count == 0 ? 12 : 20) + room
        bytes.append(addingCapacity: size) { output in
            output.withUnsafeMutableBufferPointer { buffer, written in
                guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                base.storeBytes(of: Int32(count == 0 ? 0 : 1).bigEndian, as: Int32.self)
                base.storeBytes(of: Int32(hasNulls ? 1 : 0).bigEndian, toByteOffset: 4, as: Int32.self)
                base.storeBytes(of: type.rawValue.bigEndian, toByteOffset: 8, as: UInt32.self)
                if count > 0 {
                    base.storeBytes(of: Int32(truncatingIfNeeded: count).bigEndian, toByteOffset: 12, as: Int32.self)
                    base.storeBytes(of: Int32(1).bigEndian, toByteOffset: 16, as: Int32.self)
                }
                var position = count == 0 ? 12 : 20
                for value in values {
                    let length = length(value)
                    let end = position + 4 + max(length, 0)
                    precondition(end <= size, "a collection is not twice the same")
                    (base + position).storeBytes(of: Int32(truncatingIfNeeded: length).bigEndian, as: Int32.self)
                    if length > 0 { store(base + position + 4, value) }
                    position = end
                }
                precondition(position == size, "a collection is not twice the same")
                written = size
            }
        }
        endValue(from: start)
    }
}

extension UnsafeMutableRawPointer {
    @inlinable
    func storeUUID(_ value: (UInt64, UInt64)) {
        storeBytes(of: value.0.bigEndian, as: UInt64.self)
        storeBytes(of: value.1.bigEndian, toByteOffset: 8, as: UInt64.self)
    }

    @inlinable
    func storeTimestamp(_ value: Int64) {
        storeBytes(of: PostgresTimestamp.wire(microsecondsSince1970: value).bigEndian, as: Int64.self)
    }

    @inlinable
    func storeText(_ value: String) {
        var value = value
        value.withUTF8 { copyAll(UnsafeRawBufferPointer($0)) }
    }

    @inlinable
    func storeAll(_ value: [UInt8]) {
        value.withUnsafeBytes { copyAll($0) }
    }

    @inlinable
    func copyAll(_ source: UnsafeRawBufferPointer) {
        if let start = source.baseAddress { copyMemory(from: start, byteCount: source.count) }
    }
}
