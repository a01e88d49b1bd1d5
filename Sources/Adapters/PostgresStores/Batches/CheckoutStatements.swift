import Kernel
import Postgres
import Sales

/// The statements of a checkout batch.
enum CheckoutStatements {
    /// Which items imported ids name.
    static let resolve = PostgresStatement(
        name: "resolve_item_ids",
        "SELECT item_id, sale_no, item_no FROM item_ids WHERE item_id = ANY ($1::text[])"
    )

    /// Each wanted unit with its buyer and the buyer's live cart: one statement, so that they fit together.
    ///
    /// One row a cart line, at least one a request.
    static let read = PostgresStatement(
        name: "read_carts",
        """
        SELECT t.ord, i.sold, b.ver, b.open_code, b.bought, b.lim, ci.item_no, ii.item_id
        FROM unnest($1::int8[], $2::int4[], $3::text[]) WITH ORDINALITY AS t(sale_no, item_no, user_id, ord)
        LEFT JOIN items i ON i.sale_no = t.sale_no AND i.item_no = t.item_no
        LEFT JOIN buyers b ON b.sale_no = t.sale_no AND b.user_id = t.user_id
        LEFT JOIN checkout_items ci ON ci.sale_no = b.sale_no AND ci.code = b.open_code AND ci.removed_at IS NULL
        LEFT JOIN items ii ON ii.sale_no = ci.sale_no AND ii.item_no = ci.item_no
        ORDER BY t.ord, ci.added_ver, ci.item_no
        """
    )

    /// Each code with its buyer and its items, live or decided; one row an item, at least one a code.
    static let readCodes = PostgresStatement(
        name: "read_codes",
        """
        SELECT t.ord, c.user_id, b.ver, b.open_code, b.bought, b.lim, ci.item_no, i.item_id
        FROM unnest($1::int8[], $2::uuid[]) WITH ORDINALITY AS t(sale_no, code, ord)
        JOIN checkouts c ON c.sale_no = t.sale_no AND c.code = t.code
        JOIN buyers b ON b.sale_no = c.sale_no AND b.user_id = c.user_id
        LEFT JOIN checkout_items ci ON ci.sale_no = t.sale_no AND ci.code = t.code AND ci.removed_at IS NULL
        LEFT JOIN items i ON i.sale_no = ci.sale_no AND i.item_no = ci.item_no
        ORDER BY t.ord, ci.added_ver, ci.item_no
        """
    )

    /// What is on record of attempts already; asked only in a rerun.
    static let readAttempts = PostgresStatement(
        name: "read_attempts",
        "SELECT attempt_id, outcome, sale_no, code FROM checkout_attempts WHERE attempt_id = ANY ($1::uuid[])"
    )

    static let insertCheckouts = PostgresStatement(
        name: "insert_checkouts",
        """
        INSERT INTO checkouts (sale_no, code, user_id, opened_at)
        SELECT sale_no, code, user_id, $4::timestamptz
        FROM unnest($1::int8[], $2::uuid[], $3::text[]) AS t(sale_no, code, user_id)
        """
    )

    static let removeItems = PostgresStatement(
        name: "remove_items",
        """
        WITH removed AS (
            UPDATE checkout_items ci SET removed_at = clock_timestamp()
            FROM unnest($1::int8[], $2::uuid[], $3::int4[]) AS t(sale_no, code, item_no)
            WHERE ci.sale_no = t.sale_no AND ci.code = t.code AND ci.item_no = t.item_no AND ci.removed_at IS NULL
            RETURNING 1
        )
        SELECT expect(count(*), cardinality($1::int8[]), 'items in carts') FROM removed
        """
    )

    static let insertItems = PostgresStatement(
        name: "insert_checkout_items",
        """
        INSERT INTO checkout_items (sale_no, code, item_no, added_ver, added_at)
        SELECT sale_no, code, item_no, added_ver, $5::timestamptz
        FROM unnest($1::int8[], $2::uuid[], $3::int4[], $4::int8[]) AS t(sale_no, code, item_no, added_ver)
        """
    )

    /// Repeating an attempt that is on record writes nothing.
    static let insertAttempts = PostgresStatement(
        name: "insert_attempts",
        """
        INSERT INTO checkout_attempts (attempt_id, sale_no, item_no, user_id, item_id, code, outcome, attempted_at)
        SELECT * FROM unnest(
            $1::uuid[], $2::int8[], $3::int4[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::timestamptz[])
        ON CONFLICT DO NOTHING
        """
    )
}
