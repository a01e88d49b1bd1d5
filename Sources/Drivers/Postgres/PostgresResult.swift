import CLibPQ

/// Owns one `PGresult` and frees it with its last reference.
///
/// `@unchecked Sendable`: a `PGresult` is read-only once libpq has returned it, and the one `PQclear` runs after the
/// last read (libpq manual, "Behavior in Threaded Programs").
final class PostgresResult: @unchecked Sendable {
    let rowCount: Int32
    let columnCount: Int32
    private let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = PQntuples(pointer)
        columnCount = PQnfields(pointer)
    }

    deinit {
        PQclear(pointer)
    }

    var commandTag: String { String(cString: PQcmdStatus(pointer)) }

    var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    func type(of column: Int32) -> PostgresType { PostgresType(rawValue: PQftype(pointer, column)) }

    func name(of column: Int32) -> String { PQfname(pointer, column).map { String(cString: $0) } ?? "" }

    /// Calls `body` with a value's bytes, which are valid during the call only, or with `nil` for NULL.
    func withValue<Value>(
        _ row: Int32,
        _ column: Int32,
        _ body: (UnsafeRawBufferPointer?) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value {
        if PQgetisnull(pointer, row, column) != 0 { return try body(nil) }
        let length = Int(PQgetlength(pointer, row, column))
        return try body(UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, column), count: length))
    }
}
