-- Sales, their items, and who changed what.

-- The comparison that decides: raises unless as many rows were met as the batch expects, so that the COMMIT sent
-- together with it is skipped. FS001 means "decided against a state that has passed; decide again".
CREATE FUNCTION expect(actual bigint, wanted bigint, what text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF actual IS DISTINCT FROM wanted THEN
        RAISE EXCEPTION 'expected % %, met %', wanted, what, actual USING ERRCODE = 'FS001';
    END IF;
END
$$;

-- Never written by a batch: batches hold it FOR SHARE while they commit, operators update it.
CREATE TABLE sales (
    sale_no       bigint GENERATED ALWAYS AS IDENTITY,
    name          text        NOT NULL,
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    state         text        NOT NULL DEFAULT 'open',
    after_end     text        NOT NULL DEFAULT 'close',
    lim           integer     NOT NULL, -- the purchase limit of a user, frozen
    grace_seconds integer     NOT NULL,
    total_items   integer     NOT NULL DEFAULT 0,
    ctl_ver       bigint      NOT NULL DEFAULT 1, -- raised by every change
    gate_epoch    bigint      NOT NULL DEFAULT 1, -- raised when a fact about the sale ceases to be true
    slot          timestamptz, -- the start of a scheduled sale; one sale a slot, whoever makes it
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT sales_pkey PRIMARY KEY (sale_no),
    CONSTRAINT sales_slot_key UNIQUE (slot),
    CONSTRAINT sales_window CHECK (ends_at > starts_at),
    CONSTRAINT sales_state CHECK (state IN ('open', 'paused', 'ended')),
    CONSTRAINT sales_after_end CHECK (after_end IN ('close', 'run_out')),
    CONSTRAINT sales_lim CHECK (lim > 0),
    CONSTRAINT sales_counts CHECK (grace_seconds >= 0 AND total_items >= 0 AND ctl_ver > 0 AND gate_epoch > 0)
);

-- One sellable unit a row. Half of each page is left free, so that selling is a heap-only update: no new index
-- entries, and nothing for serializable transactions to collide on. No index may cover sold or sold_code.
CREATE TABLE items (
    sale_no     bigint  NOT NULL,
    item_no     integer NOT NULL,
    item_id     text COLLATE "C", -- NULL for a generated item, whose id follows from its numbers
    name        text    NOT NULL,
    image_url   text    NOT NULL,
    price_minor bigint  NOT NULL,
    currency    text    NOT NULL,
    sold        boolean NOT NULL DEFAULT false,
    sold_code   uuid,
    CONSTRAINT items_pkey PRIMARY KEY (sale_no, item_no),
    CONSTRAINT items_number CHECK (item_no > 0),
    CONSTRAINT items_price CHECK (price_minor >= 0),
    CONSTRAINT items_sold CHECK (sold = (sold_code IS NOT NULL))
) WITH (fillfactor = 50);

-- Which item an imported id names. Immutable; the one lookup that does not know the sale yet.
CREATE TABLE item_ids (
    item_id text COLLATE "C" NOT NULL,
    sale_no bigint  NOT NULL,
    item_no integer NOT NULL,
    CONSTRAINT item_ids_pkey PRIMARY KEY (item_id)
);

-- Every change of a sale, in the transaction that makes it.
CREATE TABLE sale_audit (
    audit_no   bigint GENERATED ALWAYS AS IDENTITY,
    sale_no    bigint      NOT NULL,
    actor      text        NOT NULL,
    action     text        NOT NULL,
    detail     text        NOT NULL DEFAULT '',
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT sale_audit_pkey PRIMARY KEY (sale_no, audit_no)
);
