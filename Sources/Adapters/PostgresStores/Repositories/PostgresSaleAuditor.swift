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
    ///
    /// Every unit is matched with its purchase once, grouped by code. Users' totals are compared by a sum of their hashes
    /// first, which two different lists of totals share by chance of 2^-64; only where the sums differ is each user joined.
    private static let audit = PostgresStatement(
        name: "audit_sale",
        """
        WITH units AS MATERIALIZED (
            SELECT sold_code AS code, item_no FROM items WHERE sale_no = $1::int8 AND sold
        ), decided AS MATERIALIZED (
            SELECT p.code, p.user_id, p.status = 200 AS is_success, u.count AS units,
                   CASE WHEN u.code IS NULL OR p.status = 200 AND u.numbers <@ p.cart THEN 0
                        WHEN p.status = 200 THEN (SELECT count(*) FROM unnest(u.numbers) AS n WHERE n <> ALL (p.cart))
                        ELSE u.count END AS strays
            FROM (SELECT * FROM purchases WHERE sale_no = $1::int8) AS p
            FULL JOIN (SELECT code, count(*), array_agg(item_no) AS numbers FROM units GROUP BY code) AS u
            ON u.code = p.code
        )
        SELECT
            abs(s.total_items - (SELECT count(*) FROM items i WHERE i.sale_no = s.sale_no)),
            (SELECT coalesce(sum(strays), 0)::int8 FROM decided),
            (SELECT count(*) FROM decided d WHERE d.is_success <> (d.units IS NOT NULL)),
            CASE WHEN (SELECT coalesce(sum(hashtextextended(user_id, 0)::numeric * bought), 0) FROM buyers
                       WHERE sale_no = $1::int8)
                    = (SELECT coalesce(sum(hashtextextended(user_id, 0)::numeric * units), 0) FROM decided) THEN 0
                 ELSE (SELECT count(*) FROM (SELECT user_id, bought FROM buyers WHERE sale_no = $1::int8) AS b
                       FULL JOIN (SELECT user_id, sum(units) AS bought FROM decided WHERE user_id IS NOT NULL
                                  GROUP BY user_id) AS d USING (user_id)
                       WHERE coalesce(b.bought, 0) <> coalesce(d.bought, 0))
            END,
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
