/// One row, read by column position from 0.
///
/// Reading is strict: each method takes the one type that it names. All throw ``PostgresError`` with the code
/// `decoding` for a column that does not exist or has another type, and, unless the name says `optional`, for NULL.
public struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int32

    /// Whether the column is NULL.
    public func isNull(_ column: Int) throws(PostgresError) -> Bool {
        try optional(column, "any type", { _ in true }, { _ in true }) == nil
    }

    /// An `int8`.
    public func int64(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, try optionalInt64(column))
    }

    /// An `int8`, or `nil` for NULL.
    public func optionalInt64(_ column: Int) throws(PostgresError) -> Int64? {
        try optional(column, "int8", { $0 == .int8 }, { $0.integer() })
    }

    /// An `int4`.
    public func int32(_ column: Int) throws(PostgresError) -> Int32 {
        try required(column, try optionalInt32(column))
    }

    /// An `int4`, or `nil` for NULL.
    public func optionalInt32(_ column: Int) throws(PostgresError) -> Int32? {
        try optional(column, "int4", { $0 == .int4 }, { $0.integer() })
    }

    /// An `int2`.
    public func int16(_ column: Int) throws(PostgresError) -> Int16 {
        try required(column, try optionalInt16(column))
    }

    /// An `int2`, or `nil` for NULL.
    public func optionalInt16(_ column: Int) throws(PostgresError) -> Int16? {
        try optional(column, "int2", { $0 == .int2 }, { $0.integer() })
    }

    /// A `bool`.
    public func bool(_ column: Int) throws(PostgresError) -> Bool {
        try required(column, try optionalBool(column))
    }

    /// A `bool`, or `nil` for NULL.
    public func optionalBool(_ column: Int) throws(PostgresError) -> Bool? {
        try optional(column, "bool", { $0 == .bool }, { $0.bool() })
    }

    /// A `text`, `varchar`, `char(n)`, `name`, `json` or enum label.
    public func text(_ column: Int) throws(PostgresError) -> String {
        try required(column, try optionalText(column))
    }

    /// A text as ``text(_:)`` reads it, or `nil` for NULL.
    public func optionalText(_ column: Int) throws(PostgresError) -> String? {
        try optional(column, "text", { $0.isText }, { $0.text() })
    }

    /// A `bytea`.
    public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        try required(column, try optionalBytes(column))
    }

    /// A `bytea`, or `nil` for NULL.
    public func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try optional(column, "bytea", { $0 == .bytea }, { [UInt8]($0) })
    }

    /// A `uuid` as its first and last eight bytes.
    public func uuid(_ column: Int) throws(PostgresError) -> (UInt64, UInt64) {
        try required(column, try optionalUUID(column))
    }

    /// A `uuid`, or `nil` for NULL.
    public func optionalUUID(_ column: Int) throws(PostgresError) -> (UInt64, UInt64)? {
        try optional(column, "uuid", { $0 == .uuid }, { $0.uuid() })
    }

    /// A `timestamptz`, or a `timestamp` taken as UTC, in microseconds since 1970.
    ///
    /// `Int64.max` and `Int64.min` stand for `infinity` and `-infinity`.
    public func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, try optionalTimestamp(column))
    }

    /// A timestamp as ``timestamp(_:)`` reads it, or `nil` for NULL.
    public func optionalTimestamp(_ column: Int) throws(PostgresError) -> Int64? {
        try optional(column, "timestamptz", { $0.isTimestamp }, { $0.timestamp() })
    }

    func required<Value>(_ column: Int, _ value: Value?) throws(PostgresError) -> Value {
        guard let value else { throw failure(column, "is NULL") }
        return value
    }

    /// Checks column and type, then decodes; `decode` gives `nil` when the bytes are not of the type.
    @inline(__always)
    func optional<Value>(
        _ column: Int,
        _ expected: StaticString,
        _ accepts: (PostgresType) -> Bool,
        _ decode: (UnsafeRawBufferPointer) -> Value?
    ) throws(PostgresError) -> Value? {
        guard let column = Int32(exactly: column), column >= 0, column < result.columnCount else {
            throw failure(column, "does not exist")
        }
        return try result.withValue(index, column) { (bytes) throws(PostgresError) -> Value? in
            guard accepts(result.type(of: column)) else {
                throw failure(Int(column), "has type \(result.type(of: column).rawValue), not \(expected)")
            }
            guard let bytes else { return nil }
            guard let value = decode(bytes) else { throw failure(Int(column), "is not a valid \(expected)") }
            return value
        }
    }

    private func failure(_ column: Int, _ problem: String) -> PostgresError {
        let name = column >= 0 && column < Int(result.columnCount) ? " (\(result.name(of: Int32(column))))" : ""
        return PostgresError(
            .decoding,
            "column \(column)\(name) \(problem)",
            site: CallSite(file: #fileID, line: #line)
        )
    }
}
