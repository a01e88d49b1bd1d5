import Kernel
import Postgres
import Sales

/// Audits a sale's record by one statement, which is one snapshot.
public struct PostgresSaleAuditor: SaleAuditor {
    private let changes: RecordPool

    /// Reads through the pool of operators' and background work.
    public init(changes: RecordPool) { self.changes = changes }

    /// How many rows break each invariant of the record; at most a minute.
    public func violations(of sale: SaleID) async throws(StoreError) -> [Invariant: Int]? {
        try await changes.run { connection in
            let parameters = PostgresParameters { $0.int64(sale.number) }
            let rows = try connection.query(Self.audit, parameters, within: RecordPool.step)
            guard let row = rows.first else { return nil }
            var violations: [Invariant: Int] = [:]
            for (column, invariant) in Self.columns.enumerated() {
                let count = Int(try row.int64(column))
                if count != 0 { violations[invariant] = count }
            }
            return violations
        }
    }

    private static let columns: [Invariant] = [.stock, .soldUnit, .outcome, .buyerTotal, .userLimit, .openCode]

    /// One column an invariant, in the order of ``columns``; 200 is the status of a purchase that bought something.
    private static let audit = PostgresStatement(
        name: "audit_sale",
        """
        WITH units AS MATERIALIZED (
            SELECT item_no, sold_code AS code FROM items WHERE sale_no = $1::int8 AND sold
        ), decided AS MATERIALIZED (
            SELECT p.code, p.user_id, p.status = 200 AS is_success, u.units
            FROM purchases p LEFT JOIN (SELECT code, count(*) AS units FROM units GROUP BY code) AS u USING (code)
            WHERE p.sale_no = $1::int8
        )
        SELECT
            abs(s.total_items - (SELECT count(*) FROM items i WHERE i.sale_no = s.sale_no)),
            (SELECT count(*) FROM units u LEFT JOIN purchases p ON p.sale_no = $1::int8 AND p.code = u.code
             WHERE (p.status = 200 AND u.item_no = ANY (p.cart)) IS NOT TRUE),
            (SELECT count(*) FROM decided d WHERE d.is_success <> (d.units IS NOT NULL)),
            (SELECT count(*) FROM (SELECT user_id, bought FROM buyers WHERE sale_no = $1::int8) AS b
             FULL JOIN (SELECT user_id, sum(units) AS bought FROM decided GROUP BY user_id) AS d USING (user_id)
             WHERE coalesce(b.bought, 0) <> coalesce(d.bought, 0)),
            (SELECT count(*) FROM buyers b WHERE b.sale_no = s.sale_no AND b.bought + cardinality(b.cart) > s.lim),
            (SELECT count(*) FROM buyers b
             LEFT JOIN checkouts c ON c.sale_no = b.sale_no AND c.code = b.open_code
             LEFT JOIN decided d ON d.code = b.open_code
             WHERE b.sale_no = s.sale_no AND b.open_code IS NOT NULL
               AND (c.user_id IS DISTINCT FROM b.user_id OR d.code IS NOT NULL))
        FROM sales s WHERE s.sale_no = $1::int8
        """
    )
}
