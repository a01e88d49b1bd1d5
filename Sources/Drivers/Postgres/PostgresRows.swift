/// What one statement answered: its rows in binary form and its command tag.
///
/// Keeps the server's reply alive as long as it or one of its rows is.
public struct PostgresRows: Sendable, RandomAccessCollection {
    let result: PostgresResult

    /// Zero.
    public var startIndex: Int { 0 }
    /// The number of rows.
    public var endIndex: Int { Int(result.rowCount) }
    /// The number of columns.
    public var columnCount: Int { Int(result.columnCount) }
    /// The server's word for what was done, such as `COMMIT`, `ROLLBACK` or `INSERT 0 5`.
    public var commandTag: String { result.commandTag }
    /// Rows inserted, updated, deleted, copied or selected; 0 for other commands.
    public var affectedRows: Int { result.affectedRows }

    /// The row at `index`, which must be less than ``count``.
    public subscript(index: Int) -> PostgresRow {
        precondition(index >= 0 && index < endIndex, "row index out of range")
        return PostgresRow(result: result, index: Int32(index))
    }
}
