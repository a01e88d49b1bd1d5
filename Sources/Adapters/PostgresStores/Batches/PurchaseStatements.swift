import Kernel
import Postgres
import Sales

/// The statements of a purchase batch.
enum PurchaseStatements {
    /// Each code with its buyer, its live cart and units, and its outcome: one statement, so that they fit together.
    ///
    /// A purchase is looked for only where the code is not open: looking for absent rows at SERIALIZABLE locks index
    /// pages that other batches insert into (a NULL key looks at none). One row a cart line, at least one a code.
    /// `OFFSET 0` keeps the planner from taking the joins apart: each look-up then has its whole key from one side, so
    /// that no plan made while a table was small can scan a sale's rows for a code.
    static let read = PostgresStatement(
        name: "read_redeemable",
        """
        SELECT r.ord, r.user_id, r.ver, r.open_code IS NOT NULL, r.bought, r.lim, p.status, p.body,
               i.item_no, i.item_id, i.name, i.image_url, i.price_minor, i.currency, i.sold
        FROM (
            SELECT t.ord, t.sale_no, c.user_id, b.ver, b.bought, b.lim,
                   CASE WHEN b.open_code = t.code THEN t.code END AS open_code,
                   CASE WHEN b.open_code IS DISTINCT FROM t.code THEN t.code END AS decided_code
            FROM unnest($1::int8[], $2::uuid[]) WITH ORDINALITY AS t(sale_no, code, ord)
            JOIN checkouts c ON c.sale_no = t.sale_no AND c.code = t.code
            JOIN buyers b ON b.sale_no = c.sale_no AND b.user_id = c.user_id
            OFFSET 0
        ) AS r
        LEFT JOIN purchases p ON p.sale_no = r.sale_no AND p.code = r.decided_code
        LEFT JOIN checkout_items ci ON ci.sale_no = r.sale_no AND ci.code = r.open_code AND ci.removed_at IS NULL
        LEFT JOIN items i ON i.sale_no = ci.sale_no AND i.item_no = ci.item_no
        ORDER BY r.ord, ci.added_ver, ci.item_no
        """
    )

    static let insertPurchases = PostgresStatement(
        name: "insert_purchases",
        """
        INSERT INTO purchases (sale_no, code, user_id, status, body, decided_at)
        SELECT sale_no, code, user_id, status, body, $6::timestamptz
        FROM unnest($1::int8[], $2::uuid[], $3::text[], $4::int2[], $5::bytea[])
            AS t(sale_no, code, user_id, status, body)
        """
    )

    /// The ordered queue of units: whoever comes second waits here, in one order, and then fails.
    static let insertItems = PostgresStatement(
        name: "insert_purchase_items",
        """
        INSERT INTO purchase_items (sale_no, item_no, code)
        SELECT * FROM unnest($1::int8[], $2::int4[], $3::uuid[]) AS t(sale_no, item_no, code) ORDER BY sale_no, item_no
        """
    )

    static let sellItems = PostgresStatement(
        name: "sell_items",
        """
        WITH sold AS (
            UPDATE items i SET sold = true, sold_code = t.code
            FROM unnest($1::int8[], $2::int4[], $3::uuid[]) AS t(sale_no, item_no, code)
            WHERE i.sale_no = t.sale_no AND i.item_no = t.item_no AND NOT i.sold
            RETURNING 1
        )
        SELECT expect(count(*), cardinality($1::int8[]), 'unsold items') FROM sold
        """
    )
}
