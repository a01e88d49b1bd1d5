/// The record of ``SaleReportTests``: sale 1 is over, sale 2 stands beside it and must not count, sale 3 has not begun.
enum SaleReportHistory {
    static let statements = [sales, items, codes, decisions, buyers, attempts, changes]

    private static let sales = """
        INSERT INTO sales (name, starts_at, ends_at, state, lim, grace_seconds, total_items, created_at) VALUES
            ('One', '2026-01-31 12:00Z', '2026-01-31 13:00Z', 'ended', 3, 60, 10, '2026-01-31 11:30Z'),
            ('Two', '2026-01-31 12:00Z', '2026-01-31 13:00Z', 'ended', 3, 60, 1, '2026-01-31 11:30Z'),
            ('Three', now() + interval '1 day', now() + interval '2 days', 'open', 3, 60, 0, now())
        """

    /// 1 to 8 cost 100 to 800 cents, 9 and 10 cost 900 and 1000 of another currency; 6, 7 and 8 are left.
    private static let items = """
        INSERT INTO items (sale_no, item_no, item_id, name, image_url, price_minor, currency, sold, sold_code)
        SELECT 1, n, CASE n WHEN 9 THEN 'shoe' END, CASE n WHEN 9 THEN 'Red shoe' ELSE 'Item ' || n END, '/x', n * 100,
               CASE WHEN n < 9 THEN 'EUR' ELSE 'USD' END, code IS NOT NULL, uuid_in(code::cstring)
        FROM (SELECT n, '00000000-0000-0000-0000-00000000000' || (ARRAY[1, 1, 1, 2, 3, NULL, NULL, NULL, 3, 6])[n] AS code
              FROM generate_series(1, 10) AS n) AS units
        UNION ALL
        SELECT 2, 1, NULL, 'Other', '/x', 5, 'EUR', true, '00000000-0000-0000-0000-000000000009'
        """

    private static let codes = """
        INSERT INTO checkouts (sale_no, code, user_id, opened_at)
        SELECT sale_no, ('00000000-0000-0000-0000-00000000000' || code)::uuid, user_id, at::timestamptz
        FROM (VALUES
            (1, 1, 'ann', '2026-01-31 12:00:00.5Z'), (1, 2, 'bob', '2026-01-31 12:00:01.5Z'),
            (1, 3, 'cid', '2026-01-31 12:00:00.7Z'), (1, 4, 'dee', '2026-01-31 12:00:00.7Z'),
            (1, 5, 'ann', '2026-01-31 12:00:20Z'), (1, 6, 'bob', '2026-01-31 12:04:00Z'),
            (1, 7, 'bob', '2026-01-31 12:05:00Z'), (1, 8, 'eve', '2026-01-31 12:05:00Z'),
            (2, 9, 'ann', '2026-01-31 12:00:00Z')) AS rows(sale_no, code, user_id, at)
        """

    /// Code 4 came too late for its items, code 5 asked for more than the limit.
    private static let decisions = """
        INSERT INTO purchases (sale_no, code, user_id, status, body, cart, decided_at)
        SELECT sale_no, ('00000000-0000-0000-0000-00000000000' || code)::uuid, user_id, status, '', cart::int4[],
               at::timestamptz
        FROM (VALUES
            (1, 1, 'ann', 200, '{1,2,3}', '2026-01-31 12:00:01Z'), (1, 2, 'bob', 200, '{4}', '2026-01-31 12:00:02Z'),
            (1, 3, 'cid', 200, '{1,5,9}', '2026-01-31 12:00:30.5Z'), (1, 4, 'dee', 409, '{1,2}', '2026-01-31 12:00:31Z'),
            (1, 5, 'ann', 400, '{6}', '2026-01-31 12:00:32Z'), (1, 6, 'bob', 200, '{10}', '2026-01-31 12:04:10Z'),
            (2, 9, 'ann', 200, '{1}', '2026-01-31 12:30:00Z')) AS rows(sale_no, code, user_id, status, cart, at)
        """

    private static let buyers = """
        INSERT INTO buyers (sale_no, user_id, ver, bought, lim, open_code, cart) VALUES
            (1, 'ann', 9, 3, 3, NULL, '{}'), (1, 'cid', 9, 2, 3, NULL, '{}'), (1, 'dee', 9, 0, 3, NULL, '{}'),
            (1, 'bob', 9, 2, 4, '00000000-0000-0000-0000-000000000007', '{7,8}'),
            (1, 'eve', 9, 0, 3, '00000000-0000-0000-0000-000000000008', '{}'),
            (2, 'ann', 9, 1, 3, NULL, '{}')
        """

    /// Half past ten is before the sale was made, three o'clock two hours after its end.
    private static let attempts = """
        INSERT INTO checkout_attempts (attempt_id, sale_no, item_no, user_id, outcome, attempted_at)
        SELECT (left(first_uuid_at(at::timestamptz)::text, 14) || '7000-8000-' || lpad((row_number() OVER ())::text, 12, '0'))::uuid,
               sale_no, item_no, user_id, outcome, at::timestamptz
        FROM (VALUES
            (1, 1, 'ann', 'sale_not_active', '2026-01-31 10:30:00Z'),
            (1, 9, 'ann', 'sale_not_active', '2026-01-31 11:59:59Z'),
            (1, 1, 'ann', 'accepted', '2026-01-31 12:00:00.5Z'), (1, 2, 'ann', 'accepted', '2026-01-31 12:00:00.5Z'),
            (1, 3, 'ann', 'accepted', '2026-01-31 12:00:00.5Z'), (1, 1, 'cid', 'accepted', '2026-01-31 12:00:00.7Z'),
            (1, 4, 'bob', 'accepted', '2026-01-31 12:00:01.5Z'),
            (1, 1, 'cid', 'item_already_sold', '2026-01-31 12:00:03Z'),
            (1, 1, 'zed', 'item_already_sold', '2026-01-31 12:00:03Z'),
            (1, 1, 'zed', 'item_already_sold', '2026-01-31 12:00:04Z'),
            (1, 5, 'cid', 'accepted', '2026-01-31 12:00:20Z'), (1, 9, 'cid', 'accepted', '2026-01-31 12:00:21Z'),
            (1, 10, 'bob', 'accepted', '2026-01-31 12:04:00Z'),
            (1, 1, 'yan', 'item_already_sold', '2026-01-31 12:30:00Z'),
            (1, 1, 'xan', 'sale_ended', '2026-01-31 15:00:00Z'),
            (2, 1, 'ann', 'accepted', '2026-01-31 12:00:01Z'))
            AS rows(sale_no, item_no, user_id, outcome, at)
        """

    private static let changes = """
        INSERT INTO sale_audit (sale_no, actor, action, detail, changed_at) VALUES
            (1, 'schedule', 'create', '10 items', '2026-01-31 11:30Z'),
            (2, 'schedule', 'create', '1 items', '2026-01-31 11:30Z'),
            (1, 'operator', 'end', 'ended', '2026-01-31 13:00Z')
        """
}
