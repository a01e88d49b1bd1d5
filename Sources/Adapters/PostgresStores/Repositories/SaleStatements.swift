import Kernel
import Postgres
import Sales

/// The statements of ``PostgresSaleRepository``.
enum SaleStatements {
    static let clock = PostgresStatement(name: "clock", "SELECT clock_timestamp()")

    static let sale = PostgresStatement(
        name: "sale",
        "SELECT clock_timestamp(), \(Sale.columns) FROM sales s WHERE s.sale_no = $1::int8"
    )

    /// Those that have begun and are not ended, the latest first; which of them runs is the sale's own rule.
    static let begun = PostgresStatement(
        name: "begun_sales",
        """
        SELECT clock_timestamp(), \(Sale.columns) FROM sales s
        WHERE s.state = 'open' AND s.starts_at <= clock_timestamp()
          AND (s.after_end = 'run_out' OR s.ends_at > clock_timestamp())
        ORDER BY s.starts_at DESC, s.sale_no DESC LIMIT 50
        """
    )

    static let list = PostgresStatement(
        name: "list_sales",
        """
        SELECT clock_timestamp(), \(Sale.columns) FROM sales s WHERE s.sale_no < $1::int8
        ORDER BY s.sale_no DESC LIMIT $2::int4
        """
    )

    /// Those that may still sell something, the grace of issued codes included.
    static let live = PostgresStatement(
        name: "live_sales",
        """
        SELECT clock_timestamp(), \(Sale.columns)
        FROM (VALUES (1)) AS one(row) LEFT JOIN LATERAL (
            SELECT * FROM sales s WHERE s.state <> 'ended' AND (s.after_end = 'run_out'
                OR clock_timestamp() < s.ends_at + s.grace_seconds * interval '1 second')
            ORDER BY s.starts_at LIMIT 200
        ) AS s ON true
        """
    )

    static let soldCount = PostgresStatement(
        name: "sold_count",
        "SELECT count(*) FROM items WHERE sale_no = $1::int8 AND sold"
    )

    static let items = PostgresStatement(
        name: "list_items",
        """
        SELECT item_no, item_id, name, image_url, price_minor, currency, sold FROM items
        WHERE sale_no = $1::int8 AND item_no > $2::int4 AND NOT (sold AND $4::bool)
        ORDER BY item_no LIMIT $3::int4
        """
    )

    /// For ``soldItems`` alone: a plan made while the table was small would read all of it for each array.
    static let byIndex = PostgresStatement(
        name: "by_index",
        """
        SELECT set_config(name, 'off', true)
        FROM (VALUES ('enable_seqscan'), ('enable_bitmapscan')) AS settings(name)
        """
    )

    /// Numbers in arrays, with their ids where one of them was imported: a row an item would be ten times the bytes.
    ///
    /// Each array is read by itself in the order of the key; grouping all of them would sort a million numbers on disk.
    static let soldItems = PostgresStatement(
        name: "sold_items",
        """
        SELECT part.numbers, part.ids
        FROM generate_series(0, (SELECT max(item_no) FROM items WHERE sale_no = $1::int8), 8192) AS first,
        LATERAL (
            SELECT array_agg(item_no) AS numbers, CASE WHEN count(item_id) > 0 THEN array_agg(item_id) END AS ids
            FROM items WHERE sale_no = $1::int8 AND item_no >= first AND item_no < first + 8192 AND sold
        ) AS part
        WHERE part.numbers IS NOT NULL
        """
    )

    static let fullUsers = PostgresStatement(
        name: "full_users",
        "SELECT user_id FROM buyers WHERE sale_no = $1::int8 AND bought >= lim"
    )

    /// Nothing where the slot is taken; looking first spares the sequence a number at each look.
    static let insertSale = PostgresStatement(
        name: "insert_sale",
        """
        INSERT INTO sales AS s (name, starts_at, ends_at, after_end, lim, grace_seconds, total_items, slot)
        SELECT $1::text, $2::timestamptz, $3::timestamptz, $4::text, $5::int4, $6::int4, $7::int4, $8::timestamptz
        WHERE NOT EXISTS (SELECT 1 FROM sales WHERE slot = $8::timestamptz)
        ON CONFLICT ON CONSTRAINT sales_slot_key DO NOTHING
        RETURNING \(Sale.columns)
        """
    )

    static let insertItems = PostgresStatement(
        name: "insert_items",
        """
        INSERT INTO items (sale_no, item_no, item_id, name, image_url, price_minor, currency)
        SELECT $1::int8, t.* FROM unnest($2::int4[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::text[]) AS t
        """
    )

    static let insertItemIDs = PostgresStatement(
        name: "insert_item_ids",
        """
        INSERT INTO item_ids (item_id, sale_no, item_no)
        SELECT t.item_id, $1::int8, t.item_no FROM unnest($2::text[], $3::int4[]) AS t(item_id, item_no)
        ON CONFLICT (item_id) DO NOTHING RETURNING item_id
        """
    )

    static let lockSale = PostgresStatement(
        name: "lock_sale",
        "SELECT clock_timestamp(), \(Sale.columns) FROM sales s WHERE s.sale_no = $1::int8 FOR UPDATE"
    )

    static let updateSale = PostgresStatement(
        name: "update_sale",
        """
        UPDATE sales AS s SET ends_at = $2::timestamptz, state = $3::text, gate_epoch = $4::int8,
            total_items = $5::int4, ctl_ver = s.ctl_ver + 1
        WHERE s.sale_no = $1::int8 RETURNING \(Sale.columns)
        """
    )

    static let audit = PostgresStatement(
        name: "audit",
        """
        INSERT INTO sale_audit (sale_no, actor, action, detail) VALUES ($1::int8, $2::text, $3::text, $4::text)
        """
    )
}
