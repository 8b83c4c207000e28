-- the team's missed calls: one customer at one line, or in one queue of it, is one row with a count
CREATE TABLE missed (
    id          TEXT PRIMARY KEY,
    account     TEXT NOT NULL,
    -- the number that was called, and the queue
    place       TEXT NOT NULL,
    -- the customer's number as a key; of callers without one, the call
    caller      TEXT NOT NULL,
    customer_id TEXT,
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    last_call   TEXT NOT NULL,
    calls       INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    taken_by    TEXT,
    taken_at    INTEGER,
    -- from here on: nothing is left to do, and why
    done_at     INTEGER,
    done_how    TEXT,
    done_by     TEXT,
    done_call   TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX missed_left ON missed (caller, place, account) WHERE done_at IS NULL;
CREATE INDEX missed_left_of_customer ON missed (customer_id) WHERE done_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX missed_settled_by ON missed (done_call) WHERE done_call IS NOT NULL;

-- which calls a row counts: each once, however often it is told
CREATE TABLE missed_call (
    call_id   TEXT PRIMARY KEY REFERENCES call (id) ON DELETE CASCADE,
    missed_id TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX missed_call_of ON missed_call (missed_id, at);
