/// Arrays of at most one dimension; an element that is NULL is an error unless the name says `optional`.
extension PostgresRow {
    /// An `int8[]`.
    public func int64Array(_ column: Int) throws(PostgresError) -> [Int64] {
        try array(column, "int8[]", .int8Array) { $0.integer() }
    }

    /// An `int8[]` with `nil` for elements that are NULL.
    public func optionalInt64Array(_ column: Int) throws(PostgresError) -> [Int64?] {
        try arrayWithNulls(column, "int8[]", .int8Array) { $0.integer() }
    }

    /// An `int4[]`.
    public func int32Array(_ column: Int) throws(PostgresError) -> [Int32] {
        try array(column, "int4[]", .int4Array) { $0.integer() }
    }

    /// An `int2[]`.
    public func int16Array(_ column: Int) throws(PostgresError) -> [Int16] {
        try array(column, "int2[]", .int2Array) { $0.integer() }
    }

    /// A `bool[]`.
    public func boolArray(_ column: Int) throws(PostgresError) -> [Bool] {
        try array(column, "bool[]", .boolArray) { $0.bool() }
    }

    /// A `text[]`.
    public func textArray(_ column: Int) throws(PostgresError) -> [String] {
        try array(column, "text[]", .textArray) { $0.text() }
    }

    /// A `text[]` with `nil` for elements that are NULL.
    public func optionalTextArray(_ column: Int) throws(PostgresError) -> [String?] {
        try arrayWithNulls(column, "text[]", .textArray) { $0.text() }
    }

    /// A `bytea[]`.
    public func bytesArray(_ column: Int) throws(PostgresError) -> [[UInt8]] {
        try array(column, "bytea[]", .byteaArray) { [UInt8]($0) }
    }

    /// A `uuid[]`.
    public func uuidArray(_ column: Int) throws(PostgresError) -> [(UInt64, UInt64)] {
        try array(column, "uuid[]", .uuidArray) { $0.uuid() }
    }

    /// A `uuid[]` with `nil` for elements that are NULL.
    public func optionalUUIDArray(_ column: Int) throws(PostgresError) -> [(UInt64, UInt64)?] {
        try arrayWithNulls(column, "uuid[]", .uuidArray) { $0.uuid() }
    }

    /// A `timestamptz[]` in microseconds since 1970.
    public func timestampArray(_ column: Int) throws(PostgresError) -> [Int64] {
        try array(column, "timestamptz[]", .timestamptzArray) { $0.timestamp() }
    }

    /// A `timestamptz[]` with `nil` for elements that are NULL.
    public func optionalTimestampArray(_ column: Int) throws(PostgresError) -> [Int64?] {
        try arrayWithNulls(column, "timestamptz[]", .timestamptzArray) { $0.timestamp() }
    }

    private func array<Element>(
        _ column: Int,
        _ expected: StaticString,
        _ type: PostgresType,
        _ decode: (UnsafeRawBufferPointer) -> Element?
    ) throws(PostgresError) -> [Element] {
        let elements = try optional(column, expected, { $0 == type }) { bytes in
            BinaryArray(bytes).elements { $0.flatMap(decode) }
        }
        return try required(column, elements)
    }

    private func arrayWithNulls<Element>(
        _ column: Int,
        _ expected: StaticString,
        _ type: PostgresType,
        _ decode: (UnsafeRawBufferPointer) -> Element?
    ) throws(PostgresError) -> [Element?] {
        let elements = try optional(column, expected, { $0 == type }) { bytes in
            BinaryArray(bytes).elements { element -> Element?? in
                guard let element else { return .some(nil) }
                return decode(element).map { .some($0) }
            }
        }
        return try required(column, elements)
    }
}

/// The server's `array_send` form: header, then each element's length and bytes.
struct BinaryArray {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// All elements, or `nil` when the array is malformed, has several dimensions or `decode` gives `nil`.
    consuming func elements<Element>(_ decode: (UnsafeRawBufferPointer?) -> Element?) -> [Element]? {
        guard let dimensions = number(), number() != nil, number() != nil else { return nil }
        if dimensions == 0 { return [] }
        // Each element takes four bytes at least, so a wrong count cannot ask for much memory.
        guard dimensions == 1, let count = number(), number() != nil, count >= 0, count <= bytes.count / 4 else {
            return nil
        }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            guard let length = number() else { return nil }
            var value: UnsafeRawBufferPointer?
            if length >= 0 {
                guard length <= bytes.count - offset else { return nil }
                value = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                offset += length
            }
            guard let element = decode(value) else { return nil }
            elements.append(element)
        }
        return offset == bytes.count ? elements : nil
    }

    private mutating func number() -> Int? {
        guard bytes.count - offset >= 4 else { return nil }
        defer { offset += 4 }
        return Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
    }
}

/// One value's bytes as a Swift value, or `nil` when the size or content is wrong.
extension UnsafeRawBufferPointer {
    func integer<Integer: FixedWidthInteger & BitwiseCopyable>() -> Integer? {
        guard count == Integer.bitWidth / 8 else { return nil }
        return Integer(bigEndian: loadUnaligned(as: Integer.self))
    }

    func bool() -> Bool? {
        count == 1 ? self[0] != 0 : nil
    }

    func text() -> String? {
        // ASCII, which nearly all is, needs no validation; and that is dear, as it is generic over encodings.
        let bits = reduce(0, |)
        return bits < 0x80 ? String(decoding: self, as: UTF8.self) : String(validating: self, as: UTF8.self)
    }

    func uuid() -> (UInt64, UInt64)? {
        guard count == 16 else { return nil }
        return (
            UInt64(bigEndian: loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    func timestamp() -> Int64? {
        integer().map { PostgresTimestamp.microsecondsSince1970(wire: $0) }
    }
}
