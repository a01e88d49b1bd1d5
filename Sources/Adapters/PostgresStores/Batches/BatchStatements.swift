import Kernel
import Postgres
import Sales

/// The statements that checkout and purchase batches share.
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

    /// Raises unless each sale is as it was decided by, and open at this very moment; holds it until the commit.
    ///
    /// An operator's change waits for the commit or makes it fail; after it has returned nothing commits against it.
    static let assertSales = PostgresStatement(
        name: "assert_sales",
        """
        SELECT expect(count(*), cardinality($1::int8[]), 'open sales') FROM (
            SELECT 1 FROM unnest($1::int8[], $2::int8[]) AS t(sale_no, ctl_ver)
            JOIN sales s ON s.sale_no = t.sale_no
            WHERE s.ctl_ver = t.ctl_ver AND s.state = 'open' AND s.starts_at <= clock_timestamp()
              AND (s.after_end = 'run_out' OR clock_timestamp() < s.ends_at
                   + CASE WHEN $3::bool THEN s.grace_seconds ELSE 0 END * interval '1 second')
            ORDER BY s.sale_no FOR SHARE OF s
        ) AS met
        """
    )
}

extension PostgresPipeline {
    /// Adds the assertion that `sales` are still as they were read; nothing where none is relied on.
    mutating func assert(_ sales: [Sale], withGrace: Bool) {
        guard !sales.isEmpty else { return }
        add(
            BatchStatements.assertSales,
            PostgresParameters { parameters in
                parameters.int64Array(sales.lazy.map { $0.id.number })
                parameters.int64Array(sales.lazy.map { $0.controlVersion })
                parameters.bool(withGrace)
            }
        )
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
