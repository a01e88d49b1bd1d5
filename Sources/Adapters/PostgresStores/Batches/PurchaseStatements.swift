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
        SELECT r.ord, r.user_id, r.ver, r.is_open, r.bought, r.lim, p.status, p.body,
               i.item_no, i.item_id, i.name, i.image_url, i.price_minor, i.currency, i.sold
        FROM (
            SELECT t.ord, t.sale_no, c.user_id, b.ver, b.bought, b.lim, b.open_code IS NOT DISTINCT FROM t.code AS is_open,
                   CASE WHEN b.open_code IS DISTINCT FROM t.code THEN t.code END AS decided_code,
                   unnest(\(openCart)) AS item_no, generate_subscripts(\(openCart), 1) AS position
            FROM unnest($1::int8[], $2::uuid[]) WITH ORDINALITY AS t(sale_no, code, ord)
            JOIN checkouts c ON c.sale_no = t.sale_no AND c.code = t.code
            JOIN buyers b ON b.sale_no = c.sale_no AND b.user_id = c.user_id
            OFFSET 0
        ) AS r
        LEFT JOIN purchases p ON p.sale_no = r.sale_no AND p.code = r.decided_code
        LEFT JOIN items i ON i.sale_no = r.sale_no AND i.item_no = r.item_no
        ORDER BY r.ord, r.position
        """
    )

    /// A row without an item where the code is not open or its cart is empty.
    private static let openCart =
        "CASE WHEN b.open_code = t.code AND b.cart <> '{}' THEN b.cart ELSE '{NULL}'::int4[] END"

    /// The buyers' carts become purchases; raises when a buyer's row is not at the version that was read.
    static let settleBuyers = PostgresStatement(
        name: "settle_buyers",
        """
        WITH written AS (
            UPDATE buyers b SET ver = t.ver + 1, open_code = NULL, cart = '{}', bought = t.bought
            FROM (
                SELECT unnest($1::int8[]) AS sale_no, unnest($2::text[]) AS user_id, unnest($3::int8[]) AS ver,
                       unnest($4::int4[]) AS bought
            ) AS t
            WHERE b.sale_no = t.sale_no AND b.user_id = t.user_id AND b.ver = t.ver
            RETURNING 1
        )
        \(BatchStatements.expectAll("buyers", of: "written"))
        """
    )

    static let insertPurchases = PostgresStatement(
        name: "insert_purchases",
        """
        INSERT INTO purchases (sale_no, code, user_id, status, body, cart, decided_at)
        SELECT unnest($1::int8[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::int2[]), unnest($5::bytea[]),
               unnest($6::text[])::int4[], $7::timestamptz
        """
    )

    /// Raises unless all units are sold by now: purchases failed for it, on nobody's reading.
    static let assertSold = PostgresStatement(
        name: "assert_sold",
        """
        WITH met AS (
            SELECT FROM unnest($1::int8[], $2::int4[]) AS t(sale_no, item_no)
            JOIN items i ON i.sale_no = t.sale_no AND i.item_no = t.item_no AND i.sold
        )
        \(BatchStatements.expectAll("sold items", of: "met"))
        """
    )

    /// The units, in the order of their keys: whoever comes second to one waits here, and then fails.
    static let sellItems = PostgresStatement(
        name: "sell_items",
        """
        WITH sold AS (
            UPDATE items i SET sold = true, sold_code = t.code
            FROM (
                SELECT unnest($1::int8[]) AS sale_no, unnest($2::int4[]) AS item_no, unnest($3::uuid[]) AS code
            ) AS t
            WHERE i.sale_no = t.sale_no AND i.item_no = t.item_no AND NOT i.sold
            RETURNING 1
        )
        \(BatchStatements.expectAll("unsold items", of: "sold"))
        """
    )
}
