-- One row of facts about this file: `tag` is in every customer's id, so that ids of another file mean nobody here.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE customer (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: remembered calls name it
    name        TEXT NOT NULL,
    company     TEXT NOT NULL,
    role        TEXT NOT NULL,
    email       TEXT NOT NULL,
    tags        TEXT NOT NULL,                     -- JSON array, or empty
    vip         INTEGER NOT NULL,
    notes       TEXT NOT NULL,
    link        TEXT,
    fields      TEXT NOT NULL,                     -- JSON object, or empty
    external_id TEXT,                              -- its key in the system it was imported from
    source_key  INTEGER,                           -- what an import without such keys finds it by
    source_hash INTEGER,                           -- what the last import said of it: the same again changes nothing
    updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX customer_external_id ON customer (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customer_source_key ON customer (source_key) WHERE source_key IS NOT NULL;

CREATE TABLE customer_number (
    customer_id INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    label       TEXT NOT NULL,
    written     TEXT NOT NULL,
    kind        INTEGER NOT NULL, -- 0 not read, 1 of the public network, 2 inside the PBX
    digits      TEXT,             -- 1: E.164 without +, 2: all, 0: as far as there are enough to find it by
    reversed    TEXT,             -- the same backwards: ends of numbers are looked up too
    extension   TEXT,
    certainty   INTEGER NOT NULL, -- 0 a guess, 1 read for certain, 2 and written with its country
    imported    INTEGER NOT NULL, -- 1: the next import may replace it, 0: a person added it
    PRIMARY KEY (customer_id, position)
) WITHOUT ROWID;
CREATE INDEX customer_number_digits ON customer_number (digits) WHERE digits IS NOT NULL;
CREATE INDEX customer_number_reversed ON customer_number (reversed) WHERE reversed IS NOT NULL;

-- Country codes of numbers we have: a number typed without its country is looked for in each.
CREATE TABLE country_code (
    code TEXT PRIMARY KEY
) WITHOUT ROWID;

-- How many customers have their e-mail at a host. Hosts that half of the world uses are no words to search by.
CREATE TABLE mail_host (
    host      TEXT PRIMARY KEY,
    customers INTEGER NOT NULL
) WITHOUT ROWID;

-- Words to search by, folded by us (no accents, small letters, separated by spaces): the simplest tokenizer does.
-- Prefixes of up to three letters have lists of their own, so that the first letter typed is as fast as the tenth.
CREATE VIRTUAL TABLE customer_text USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '1 2 3'
);

-- What agents said about a number.
CREATE TABLE remembered (
    number      TEXT PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    at          INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX remembered_customer ON remembered (customer_id);

CREATE TABLE dismissed (
    number      TEXT NOT NULL,
    customer_id INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (number, customer_id)
) WITHOUT ROWID;
CREATE INDEX dismissed_customer ON dismissed (customer_id);
