/// One SQL statement under a name, prepared on first use on each connection.
public struct PostgresStatement: Sendable {
    /// Unique among the statements of a program; shown in errors and in `pg_prepared_statements`.
    public let name: String
    /// The text, with `$1` … parameters whose types come from casts, such as `$1::int8[]`.
    public let sql: String
    /// Whether what follows it belongs to the transaction that it begins.
    let beginsTransaction: Bool

    /// A statement; make it once, as a `static let`.
    public init(name: String, _ sql: String) {
        self.name = name
        self.sql = sql
        beginsTransaction = sql.hasPrefix("BEGIN")
    }
}
