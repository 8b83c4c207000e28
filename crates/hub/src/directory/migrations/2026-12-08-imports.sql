-- What an import made and changed, so that it can be undone for a week.
CREATE TABLE import (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    file    TEXT NOT NULL,     -- its name
    at      INTEGER NOT NULL,
    newest  INTEGER NOT NULL,  -- the newest customer before it
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,  -- of its rows in import_change
    whole   INTEGER NOT NULL   -- 0: it changed too much for all of it to be kept
);

-- Customers as they were before an import changed them.
CREATE TABLE import_change (
    customer_id INTEGER NOT NULL,
    import_id   INTEGER NOT NULL,
    was         TEXT NOT NULL, -- JSON
    PRIMARY KEY (customer_id, import_id)
) WITHOUT ROWID;

-- Who a row of a file is, is told by these: the words of the name in any order, and the e-mail address. Absent until the
-- next import, where a customer is older than this.
ALTER TABLE customer ADD COLUMN person_key INTEGER;
ALTER TABLE customer ADD COLUMN email_key INTEGER;
CREATE INDEX customer_person ON customer (person_key, email_key) WHERE person_key IS NOT NULL;

ALTER TABLE customer ADD COLUMN source_form INTEGER; -- what kind of list it came from
ALTER TABLE customer ADD COLUMN import_id INTEGER;   -- the import that made it
ALTER TABLE customer ADD COLUMN imported_at INTEGER; -- `updated_at` as the last import left it: another one is by hand
