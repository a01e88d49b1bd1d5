-- What an old service has on record: an ended sale of a million items, all sold, and five million attempts at them.
-- One user a purchase, four refused attempts for each accepted one; yesterday, so that nothing is live.

\set ON_ERROR_STOP on
SET statement_timeout = '15min';
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.yesterday() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT ((clock_timestamp() AT TIME ZONE 'UTC')::date - 1)::timestamp AT TIME ZONE 'UTC'
$$;

-- The code of a purchase.
CREATE FUNCTION pg_temp.code(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5('code ' || n)::uuid $$;

SELECT pg_temp.yesterday() AS day \gset

INSERT INTO sales (name, starts_at, ends_at, state, lim, grace_seconds, total_items)
VALUES ('Of the past', :'day', :'day'::timestamptz + interval '1 day', 'ended', 10, 60, 1000000)
RETURNING sale_no \gset

INSERT INTO items (sale_no, item_no, name, image_url, price_minor, currency, sold, sold_code)
SELECT :sale_no, n, 'Aurora Classic Backpack', '/images/I-0000000000-' || n || '.svg', 4999, 'EUR', true,
       pg_temp.code(n)
FROM generate_series(1, 1000000) AS n;

INSERT INTO buyers (sale_no, user_id, ver, bought, lim)
SELECT :sale_no, 'past-' || n, 2, 1, 10 FROM generate_series(1, 1000000) AS n;

INSERT INTO checkouts (sale_no, code, user_id, opened_at)
SELECT :sale_no, pg_temp.code(n), 'past-' || n, :'day'::timestamptz + n * interval '80 milliseconds'
FROM generate_series(1, 1000000) AS n;

INSERT INTO purchases (sale_no, code, user_id, status, body, cart, decided_at)
SELECT :sale_no, pg_temp.code(n), 'past-' || n, 200, convert_to(rpad('{"status":"success"', 360, ' ') || '}', 'UTF8'),
       ARRAY[n], :'day'::timestamptz + n * interval '80 milliseconds'
FROM generate_series(1, 1000000) AS n;

-- Version 7 UUIDs: milliseconds first, then a number, so that none is there twice.
INSERT INTO checkout_attempts (attempt_id, sale_no, item_no, user_id, code, outcome, attempted_at)
SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '70008000' ||
        lpad(to_hex(n), 12, '0'))::uuid,
       :sale_no, n / 5 + 1, 'past-' || n,
       CASE WHEN n % 5 = 0 THEN pg_temp.code(n / 5 + 1) END,
       CASE WHEN n % 5 = 0 THEN 'accepted' ELSE 'item_already_sold' END, moment
FROM (
    SELECT n, :'day'::timestamptz + n * interval '16 milliseconds' AS moment FROM generate_series(0, 4999999) AS n
) AS attempts;

VACUUM ANALYZE;
CHECKPOINT;
