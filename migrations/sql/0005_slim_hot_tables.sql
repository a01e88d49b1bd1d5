-- One row a fact. The cart moves into the buyer's row, which every change of a cart rewrites anyway; a sold unit is
-- told by its own row alone; an attempt spells its item out only where no item has the id. docs/decisions/0012 says
-- what each of them cost.

-- One row a user and sale: the lock, the limit, the open code and its cart. Every change raises ver by one,
-- conditionally. Narrow columns first, so that none is padded.
CREATE TABLE buyers_with_carts (
    sale_no   bigint  NOT NULL,
    ver       bigint  NOT NULL,
    bought    integer NOT NULL,
    lim       integer NOT NULL, -- of the sale, for the constraint
    open_code uuid,
    user_id   text COLLATE "C" NOT NULL,
    cart      integer[] NOT NULL DEFAULT '{}', -- item numbers in the order of adding
    CONSTRAINT buyers_limit CHECK (ver > 0 AND bought >= 0 AND cardinality(cart) + bought <= lim),
    CONSTRAINT buyers_cart CHECK (open_code IS NOT NULL OR cart = '{}')
) WITH (fillfactor = 50);

INSERT INTO buyers_with_carts (sale_no, ver, bought, lim, open_code, user_id, cart)
SELECT b.sale_no, b.ver, b.bought, b.lim, b.open_code, b.user_id, ARRAY(
    SELECT ci.item_no FROM checkout_items ci
    WHERE ci.sale_no = b.sale_no AND ci.code = b.open_code AND ci.removed_at IS NULL
    ORDER BY ci.added_ver, ci.item_no)
FROM buyers b;

DROP TABLE buyers;
ALTER TABLE buyers_with_carts RENAME TO buyers;
ALTER TABLE buyers ADD CONSTRAINT buyers_pkey PRIMARY KEY (sale_no, user_id);

-- What a decided code held; its outcome names the same items in bytes.
ALTER TABLE purchases ADD COLUMN cart integer[] NOT NULL DEFAULT '{}';
UPDATE purchases p SET cart = ARRAY(
    SELECT ci.item_no FROM checkout_items ci
    WHERE ci.sale_no = p.sale_no AND ci.code = p.code AND ci.removed_at IS NULL
    ORDER BY ci.added_ver, ci.item_no);

-- Items that left a cart. What joined one is an accepted attempt.
CREATE TABLE checkout_removals (
    sale_no    bigint      NOT NULL,
    code       uuid        NOT NULL,
    item_no    integer     NOT NULL,
    removed_at timestamptz NOT NULL
);
INSERT INTO checkout_removals SELECT sale_no, code, item_no, removed_at FROM checkout_items
WHERE removed_at IS NOT NULL;
DROP TABLE checkout_items;

-- items says it all: its primary key makes a unit one row, and a row holds one sold_code.
DROP TABLE purchase_items;

-- What was asked for; NULL where sale_no and item_no say it.
ALTER TABLE checkout_attempts ALTER COLUMN item_id DROP NOT NULL;
