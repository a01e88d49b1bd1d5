-- Every checkout attempt, refused ones with their reason; nothing is deleted. Partitioned by time from the start, so
-- that old days can be exported and detached. attempt_id is a version 7 UUID: a range of it is a range of time.

CREATE TABLE checkout_attempts (
    attempt_id   uuid        NOT NULL,
    sale_no      bigint, -- NULL together with item_no where no item has the id
    item_no      integer,
    user_id      text COLLATE "C" NOT NULL,
    item_id      text COLLATE "C" NOT NULL,
    code         uuid,
    outcome      text        NOT NULL,
    attempted_at timestamptz NOT NULL,
    CONSTRAINT checkout_attempts_pkey PRIMARY KEY (attempt_id)
) PARTITION BY RANGE (attempt_id);

-- Takes what no day was prepared for; normally empty.
CREATE TABLE checkout_attempts_default PARTITION OF checkout_attempts DEFAULT;

-- The smallest version 7 UUID of a time.
CREATE FUNCTION first_uuid_at(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Prepares the partitions of so many days from a day (UTC). Attaching takes a weaker lock than creating in place, so
-- writers of other days are not held up. Harmless to repeat, and from several instances at once.
CREATE FUNCTION prepare_attempt_days(first_day date, days integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    today date;
    partition text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('prepare_attempt_days'));
    FOR offset_days IN 0 .. days - 1 LOOP
        today := first_day + offset_days;
        partition := 'checkout_attempts_' || to_char(today, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE checkout_attempts INCLUDING ALL)', partition);
        EXECUTE format(
            'ALTER TABLE checkout_attempts ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
            first_uuid_at(today::timestamp AT TIME ZONE 'UTC'), first_uuid_at((today + 1)::timestamp AT TIME ZONE 'UTC'));
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

SELECT prepare_attempt_days((clock_timestamp() AT TIME ZONE 'UTC')::date - 1, 9);
