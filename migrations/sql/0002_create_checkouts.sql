-- What shoppers choose and buy. The sale number leads every key, so that tables can be partitioned by sale.
-- There are no foreign keys here: every row is written by a batch that has read what it refers to, and nothing is
-- ever deleted. Codes are kept as their 16 secret bytes; sale number and secret make the text.

-- One row a user and sale: the lock, the limit and the open code. Every change raises ver by one, conditionally.
CREATE TABLE buyers (
    sale_no   bigint  NOT NULL,
    user_id   text COLLATE "C" NOT NULL,
    ver       bigint  NOT NULL,
    open_code uuid,
    in_cart   integer NOT NULL,
    bought    integer NOT NULL,
    lim       integer NOT NULL, -- of the sale, for the constraint
    CONSTRAINT buyers_pkey PRIMARY KEY (sale_no, user_id),
    CONSTRAINT buyers_limit CHECK (ver > 0 AND in_cart >= 0 AND bought >= 0 AND in_cart + bought <= lim),
    CONSTRAINT buyers_cart CHECK (open_code IS NOT NULL OR in_cart = 0)
) WITH (fillfactor = 50);

-- Codes that were issued. Insert only; a code is open as long as its buyer's row says so.
CREATE TABLE checkouts (
    sale_no   bigint      NOT NULL,
    code      uuid        NOT NULL,
    user_id   text COLLATE "C" NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT checkouts_pkey PRIMARY KEY (sale_no, code)
);

-- Items of codes; those without removed_at are the cart.
CREATE TABLE checkout_items (
    sale_no    bigint      NOT NULL,
    code       uuid        NOT NULL,
    item_no    integer     NOT NULL,
    added_ver  bigint      NOT NULL, -- of the buyer; orders the cart
    added_at   timestamptz NOT NULL,
    removed_at timestamptz
);
-- An item is in a cart once. Partial, so that what was removed stays on record and may come again.
CREATE UNIQUE INDEX checkout_items_live ON checkout_items (sale_no, code, item_no) WHERE removed_at IS NULL;

-- One outcome a code, as the bytes that were answered; jsonb would not keep them.
CREATE TABLE purchases (
    sale_no    bigint      NOT NULL,
    code       uuid        NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    status     smallint    NOT NULL,
    body       bytea       NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT purchases_pkey PRIMARY KEY (sale_no, code)
);

-- A sold unit belongs to one code: the primary key is what makes overselling impossible.
CREATE TABLE purchase_items (
    sale_no bigint  NOT NULL,
    item_no integer NOT NULL,
    code    uuid    NOT NULL,
    CONSTRAINT purchase_items_pkey PRIMARY KEY (sale_no, item_no)
);
