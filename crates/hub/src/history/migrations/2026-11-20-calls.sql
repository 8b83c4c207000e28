CREATE TABLE call (
    id            TEXT PRIMARY KEY,
    account       TEXT NOT NULL,
    external_id   TEXT,
    -- the customer's end, as a key for "when did we last speak"; absent: hidden or unreadable
    number_key    TEXT,
    direction     TEXT NOT NULL,
    state         TEXT NOT NULL,
    over          INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    customer_id   TEXT,
    customer_name TEXT,
    -- the whole call as JSON; the columns above are for finding it
    call          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX call_by_external_id ON call (account, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX call_by_number ON call (number_key, id) WHERE number_key IS NOT NULL;
CREATE INDEX call_not_over ON call (id) WHERE over = 0;

CREATE TABLE step (
    call_id TEXT NOT NULL REFERENCES call (id),
    n       INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    event   TEXT NOT NULL,
    PRIMARY KEY (call_id, n)
) STRICT, WITHOUT ROWID;

-- whose calls: for *mine*, and for missed calls nobody has looked at
CREATE TABLE call_agent (
    agent   TEXT NOT NULL,
    call_id TEXT NOT NULL REFERENCES call (id),
    missed  INTEGER NOT NULL DEFAULT 0,
    seen    INTEGER NOT NULL DEFAULT 0,
    mine    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (agent, call_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_agent_missed ON call_agent (agent) WHERE missed = 1 AND seen = 0;
