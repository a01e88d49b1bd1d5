import Postgres

/// The statements of ``PostgresSaleReports``; the sale's number is the first parameter of each.
///
/// What the planner knows of a table with a long history says nothing about a new sale: it would take a million rows
/// for one and compare each with each. So there is no nested loop but where each look-up is by a whole key.
enum ReportStatements {
    /// Settings of this transaction alone.
    static let settings = PostgresStatement(
        name: "report_settings",
        """
        SELECT set_config(name, value, true) FROM (VALUES
            ('statement_timeout', '50s'), ('work_mem', '32MB'), ('enable_nestloop', 'off')) AS settings(name, value)
        """
    )

    /// One report at a time, whichever instance makes it.
    static let lock = PostgresStatement(
        name: "report_lock",
        "SELECT pg_try_advisory_xact_lock(hashtext('flashsale report'))"
    )

    static let stock = PostgresStatement(
        name: "report_stock",
        """
        SELECT currency, count(*), least(sum(price_minor), 9223372036854775807)::int8, count(*) FILTER (WHERE sold),
               least(coalesce(sum(price_minor) FILTER (WHERE sold), 0), 9223372036854775807)::int8
        FROM items WHERE sale_no = $1::int8 GROUP BY currency ORDER BY currency
        """
    )

    static let purchases = PostgresStatement(
        name: "report_purchases",
        """
        SELECT status, count(*), sum(cardinality(cart))::int8, max(decided_at)
        FROM purchases WHERE sale_no = $1::int8 GROUP BY status
        """
    )

    /// How many were issued, and how long the redeemed ones took.
    static let codes = PostgresStatement(
        name: "report_codes",
        """
        SELECT (SELECT count(*) FROM checkouts WHERE sale_no = $1::int8), took[1], took[2]
        FROM (
            SELECT percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (
                ORDER BY (extract(epoch FROM p.decided_at - c.opened_at) * 1000000)::int8) AS took
            FROM (SELECT code, opened_at FROM checkouts WHERE sale_no = $1::int8) AS c
            JOIN (SELECT code, decided_at FROM purchases WHERE sale_no = $1::int8 AND status = 200) AS p USING (code)
        ) AS redeemed
        """
    )

    static let buyers = PostgresStatement(
        name: "report_buyers",
        """
        SELECT bought, count(*), count(*) FILTER (WHERE open_code IS NOT NULL AND cart <> '{}'),
               count(*) FILTER (WHERE open_code IS NOT NULL AND cart = '{}'), sum(cardinality(cart))::int8
        FROM buyers WHERE sale_no = $1::int8 GROUP BY bought
        """
    )

    static let changes = PostgresStatement(
        name: "report_changes",
        """
        SELECT changed_at, actor, action, detail FROM (
            SELECT * FROM sale_audit WHERE sale_no = $1::int8 ORDER BY audit_no DESC LIMIT $2::int4
        ) AS latest ORDER BY audit_no
        """
    )

    /// One row a step of $3 microseconds from $2 on in which something sold, with the times of the units $4 to $6.
    static let sellThrough = PostgresStatement(
        name: "report_sell_through",
        """
        SELECT date_bin(make_interval(secs => $3::int8 / 1e6), decided_at, $2::timestamptz), count(*),
               max(decided_at) FILTER (WHERE n = $4::int8), max(decided_at) FILTER (WHERE n = $5::int8),
               max(decided_at) FILTER (WHERE n = $6::int8)
        FROM (
            SELECT p.decided_at, row_number() OVER (ORDER BY p.decided_at) AS n
            FROM (SELECT sold_code AS code FROM items WHERE sale_no = $1::int8 AND sold) AS i
            JOIN (SELECT code, decided_at FROM purchases WHERE sale_no = $1::int8) AS p USING (code)
        ) AS units
        GROUP BY 1
        """
    )

    /// One row a step and outcome; what came before $4 or after $5 is counted in a step of its own.
    static let attempts = PostgresStatement(
        name: "report_attempts",
        """
        SELECT date_bin(step, least(greatest(attempted_at, $4::timestamptz - step), $5::timestamptz), $4::timestamptz),
               outcome, count(*)
        FROM checkout_attempts, make_interval(secs => $6::int8 / 1e6) AS step
        WHERE sale_no = $1::int8 AND attempt_id >= $2::uuid AND attempt_id < $3::uuid GROUP BY 1, 2
        """
    )

    static let users = PostgresStatement(
        name: "report_users",
        """
        SELECT count(*) FROM (
            SELECT FROM checkout_attempts
            WHERE sale_no = $1::int8 AND attempt_id >= $2::uuid AND attempt_id < $3::uuid GROUP BY user_id
        ) AS users
        """
    )

    static let contended = PostgresStatement(
        name: "report_contended",
        """
        SELECT wanted.item_no, i.item_id, i.name, wanted.accepted, wanted.refused, p.decided_at
        FROM (
            SELECT item_no, count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
                   count(*) FILTER (WHERE outcome <> 'accepted') AS refused
            FROM checkout_attempts
            WHERE sale_no = $1::int8 AND attempt_id >= $2::uuid AND attempt_id < $3::uuid
            GROUP BY item_no ORDER BY refused DESC, item_no LIMIT $4::int4
        ) AS wanted
        CROSS JOIN LATERAL (
            SELECT * FROM items i WHERE i.sale_no = $1::int8 AND i.item_no = wanted.item_no OFFSET 0
        ) AS i
        LEFT JOIN LATERAL (
            SELECT decided_at FROM purchases p WHERE p.sale_no = $1::int8 AND p.code = i.sold_code OFFSET 0
        ) AS p ON true
        WHERE wanted.refused > 0
        ORDER BY wanted.refused DESC, wanted.item_no
        """
    )
}
