CREATE TABLE submission (
    key         TEXT PRIMARY KEY,
    -- the order in which they were made; inside a lane they are sent in it
    seq         INTEGER NOT NULL UNIQUE,
    account     TEXT NOT NULL,
    lane        TEXT NOT NULL,
    priority    TEXT NOT NULL,
    agent       TEXT,
    -- the state's word, and all of it as JSON
    state       TEXT NOT NULL,
    state_json  TEXT NOT NULL,
    over        INTEGER NOT NULL,
    -- the whole submission as JSON; the columns above are for finding it
    submission  TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    last_answer TEXT,
    changed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX submission_waiting ON submission (seq) WHERE over = 0;
CREATE INDEX submission_over ON submission (changed_at) WHERE over = 1;

CREATE TABLE attempt (
    key     TEXT NOT NULL REFERENCES submission (key) ON DELETE CASCADE,
    n       INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    answer  TEXT NOT NULL,
    PRIMARY KEY (key, n)
) STRICT, WITHOUT ROWID;

-- what each account has used and whether it is closed
CREATE TABLE account (
    name       TEXT PRIMARY KEY,
    day        TEXT NOT NULL,
    used       INTEGER NOT NULL,
    recent     INTEGER NOT NULL,
    hold_until INTEGER,
    gate       TEXT,
    strikes    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
