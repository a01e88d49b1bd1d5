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

    /// Each wanted unit with its buyer and the buyer's cart: one statement, so that they fit together.
    ///
    /// One row a request, in their order; what the item is called is for the purchase that may follow.
    static let read = PostgresStatement(
        name: "read_carts",
        """
        SELECT t.ord, i.sold, b.ver, b.open_code, b.bought, b.lim, b.cart, \(itemIDs(of: "b.cart", sale: "b.sale_no")),
               i.item_id, i.name, i.image_url, i.price_minor, i.currency
        FROM unnest($1::int8[], $2::int4[], $3::text[]) WITH ORDINALITY AS t(sale_no, item_no, user_id, ord)
        LEFT JOIN items i ON i.sale_no = t.sale_no AND i.item_no = t.item_no
        LEFT JOIN buyers b ON b.sale_no = t.sale_no AND b.user_id = t.user_id
        """
    )

    /// Raises unless every unit exists and is unsold; says what they are called.
    ///
    /// In a batch that was decided by memory, in place of ``read``. One row a unit, in their order. `t.ord` is never 0.
    static let checkUnits = PostgresStatement(
        name: "check_units",
        """
        SELECT t.ord, CASE WHEN i.sold IS DISTINCT FROM false THEN expect(0, t.ord, 'unsold item') END,
               i.item_id, i.name, i.image_url, i.price_minor, i.currency
        FROM (
            SELECT unnest($1::int8[]) AS sale_no, unnest($2::int4[]) AS item_no,
                   generate_subscripts($1::int8[], 1)::int8 AS ord
        ) AS t
        LEFT JOIN items i ON i.sale_no = t.sale_no AND i.item_no = t.item_no
        """
    )

    /// Each code with its buyer and its items, live or decided; one row a code.
    static let readCodes = PostgresStatement(
        name: "read_codes",
        """
        SELECT r.ord, r.user_id, r.ver, r.open_code, r.bought, r.lim, r.cart, \(itemIDs(of: "r.cart", sale: "r.sale_no"))
        FROM (
            SELECT t.ord, t.sale_no, c.user_id, b.ver, b.open_code, b.bought, b.lim,
                   CASE WHEN b.open_code = t.code THEN b.cart ELSE p.cart END AS cart
            FROM unnest($1::int8[], $2::uuid[]) WITH ORDINALITY AS t(sale_no, code, ord)
            JOIN checkouts c ON c.sale_no = t.sale_no AND c.code = t.code
            JOIN buyers b ON b.sale_no = c.sale_no AND b.user_id = c.user_id
            LEFT JOIN purchases p ON p.sale_no = t.sale_no AND p.code = t.code
            OFFSET 0
        ) AS r
        """
    )

    /// The stored ids of a cart's items in its order, NULL for those that are generated; nothing for an empty cart.
    static func itemIDs(of cart: String, sale: String) -> String {
        """
        CASE WHEN \(cart) <> '{}' THEN ARRAY(
                SELECT i.item_id FROM unnest(\(cart)) WITH ORDINALITY AS line(item_no, position)
                JOIN items i ON i.sale_no = \(sale) AND i.item_no = line.item_no ORDER BY line.position) END
        """
    }

    /// What is on record of attempts already; asked only in a rerun.
    static let readAttempts = PostgresStatement(
        name: "read_attempts",
        "SELECT attempt_id, outcome, sale_no, code FROM checkout_attempts WHERE attempt_id = ANY ($1::uuid[])"
    )

    static let insertCheckouts = PostgresStatement(
        name: "insert_checkouts",
        """
        INSERT INTO checkouts (sale_no, code, user_id, opened_at)
        SELECT unnest($1::int8[]), unnest($2::uuid[]), unnest($3::text[]), $4::timestamptz
        """
    )

    static let insertRemovals = PostgresStatement(
        name: "insert_removals",
        """
        INSERT INTO checkout_removals (sale_no, code, item_no, removed_at)
        SELECT sale_no, code, item_no, $4::timestamptz
        FROM unnest($1::int8[], $2::uuid[], $3::int4[]) AS t(sale_no, code, item_no)
        """
    )

    /// Rows of buyers who choose for the first time; one that somebody else made meanwhile fails the batch.
    static let insertBuyers = PostgresStatement(
        name: "insert_buyers",
        """
        INSERT INTO buyers (sale_no, user_id, ver, open_code, cart, bought, lim)
        SELECT unnest($1::int8[]), unnest($2::text[]), 1, unnest($3::uuid[]), unnest($4::text[])::int4[], 0,
               unnest($5::int4[])
        """
    )

    /// Other buyers' rows against the versions they were read at; raises when one has moved on.
    static let updateBuyers = PostgresStatement(
        name: "update_buyers",
        """
        WITH written AS (
            UPDATE buyers b SET ver = t.ver + 1, open_code = t.open_code, cart = t.cart::int4[]
            FROM (
                SELECT unnest($1::int8[]) AS sale_no, unnest($2::text[]) AS user_id, unnest($3::int8[]) AS ver,
                       unnest($4::uuid[]) AS open_code, unnest($5::text[]) AS cart
            ) AS t
            WHERE b.sale_no = t.sale_no AND b.user_id = t.user_id AND b.ver = t.ver
            RETURNING 1
        )
        \(BatchStatements.expectAll("buyers", of: "written"))
        """
    )

    /// An attempt that is on record by now fails the batch: it was answered, or will be, by what is there.
    static let insertAttempts = PostgresStatement(
        name: "insert_attempts",
        """
        INSERT INTO checkout_attempts (attempt_id, sale_no, item_no, user_id, item_id, code, outcome, attempted_at)
        SELECT unnest($1::uuid[]), unnest($2::int8[]), unnest($3::int4[]), unnest($4::text[]), unnest($5::text[]),
               unnest($6::uuid[]), unnest($7::text[]), unnest($8::timestamptz[])
        """
    )
}
