-- Items on their way into a sale. Staged lines need not survive a crash: then the import failed.

CREATE TABLE item_imports (
    import_no  bigint GENERATED ALWAYS AS IDENTITY,
    sale_no    bigint      NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT item_imports_pkey PRIMARY KEY (import_no)
);

CREATE UNLOGGED TABLE item_import_lines (
    import_no   bigint  NOT NULL,
    line        integer NOT NULL,
    item_id     text COLLATE "C" NOT NULL,
    name        text    NOT NULL,
    image_url   text    NOT NULL,
    price_minor bigint  NOT NULL,
    currency    text    NOT NULL,
    CONSTRAINT item_import_lines_pkey PRIMARY KEY (import_no, line)
);
