-- What agents said about a number and a customer that another system keeps. A number is remembered once: here, or in `remembered`.
CREATE TABLE remembered_elsewhere (
    number   TEXT PRIMARY KEY,
    customer TEXT NOT NULL,    -- `account/id there`
    at       INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE dismissed_elsewhere (
    number   TEXT NOT NULL,
    customer TEXT NOT NULL,
    name     TEXT NOT NULL,    -- as they were called when it was said
    agent    TEXT,
    at       INTEGER NOT NULL,
    PRIMARY KEY (number, customer)
) WITHOUT ROWID;
CREATE INDEX dismissed_elsewhere_customer ON dismissed_elsewhere (customer);

-- One person in two systems. A link that somebody undid stays as undone, so that nothing makes it again by itself.
CREATE TABLE link (
    one    TEXT NOT NULL,      -- the smaller id of the two
    other  TEXT NOT NULL,
    agent  TEXT,               -- who said so; absent: found by their number
    at     INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE INDEX link_other ON link (other);

-- What other systems answered last. It may all go: it is asked again.
CREATE TABLE kept_answer (
    account TEXT NOT NULL,
    kind    TEXT NOT NULL,     -- `number`, `about` or `customer`
    key     TEXT NOT NULL,
    answer  TEXT NOT NULL,     -- JSON
    bytes   INTEGER NOT NULL,
    as_of   INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (account, kind, key)
) WITHOUT ROWID;
CREATE INDEX kept_answer_used ON kept_answer (used_at, bytes);
