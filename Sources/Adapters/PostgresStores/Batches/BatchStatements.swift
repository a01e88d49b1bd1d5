import Kernel
import Postgres
import Sales

/// The statements that checkout and purchase batches share.
///
/// What a statement costs whatever its rows is as much as a dozen of them, so those of batches are made for it: arrays are
/// unnested in the select list, which needs no table function and no store of its rows for each, and `expect`, in
/// PL/pgSQL, is called only where it raises. Its arguments are never all constant: the planner would call it at once,
/// as it is immutable. docs/decisions/0031 has the figures.
enum BatchStatements {
    static let begin = PostgresStatement(name: "begin", "BEGIN ISOLATION LEVEL READ COMMITTED")
    static let beginSerializable = PostgresStatement(name: "begin_serializable", "BEGIN ISOLATION LEVEL SERIALIZABLE")
    static let commit = PostgresStatement(name: "commit", "COMMIT")

    /// The record's clock, and the sales of the given numbers that exist; always at least one row.
    static let readSales = PostgresStatement(
        name: "read_sales",
        """
        SELECT clock_timestamp(), \(Sale.columns)
        FROM (VALUES (1)) AS one(row) LEFT JOIN sales s ON s.sale_no = ANY ($1::int8[])
        """
    )

    /// Raises unless a sale is as it was decided by, and open at this very moment; holds it until the commit.
    ///
    /// An operator's change waits for the commit or makes it fail; after it has returned nothing commits against it.
    static let assertSale = PostgresStatement(
        name: "assert_sale",
        """
        SELECT CASE WHEN met IS NULL THEN expect(0, coalesce(met, 1), 'open sales') END FROM (
            SELECT (
                SELECT 1::int8 FROM sales s
                WHERE s.sale_no = $1::int8 AND s.ctl_ver = $2::int8 AND s.state = 'open'
                  AND s.starts_at <= clock_timestamp() AND (s.after_end = 'run_out' OR clock_timestamp() < s.ends_at
                       + CASE WHEN $3::bool THEN s.grace_seconds ELSE 0 END * interval '1 second')
                FOR SHARE
            ) AS met
            OFFSET 0
        ) AS asserted
        """
    )
}

extension BatchStatements {
    /// Raises unless the rows of `written` are as many as the elements of `$1`.
    static func expectAll(_ what: String, of written: String) -> String {
        """
        SELECT CASE WHEN count(*) <> cardinality($1::int8[]) THEN expect(count(*), cardinality($1::int8[]), '\(what)') END
        FROM \(written)
        """
    }
}

extension PostgresPipeline {
    /// Adds the assertion that `sales`, in the order of their numbers, are still as they were read.
    mutating func assert(_ sales: [Sale], withGrace: Bool) {
        for sale in sales {
            add(
                BatchStatements.assertSale,
                PostgresParameters { parameters in
                    parameters.int64(sale.id.number)
                    parameters.int64(sale.controlVersion)
                    parameters.bool(withGrace)
                }
            )
        }
    }
}

extension PostgresRows {
    /// Reads the result of ``BatchStatements/readSales``.
    func clockAndSales() throws(PostgresError) -> (Timestamp, [SaleID: Sale]) {
        var clock = Timestamp(microseconds: 0)
        var sales: [SaleID: Sale] = [:]
        for row in self {
            clock = Timestamp(microseconds: try row.timestamp(0))
            guard try !row.isNull(1) else { continue }
            let sale = try Sale(row, from: 1)
            sales[sale.id] = sale
        }
        return (clock, sales)
    }
}
