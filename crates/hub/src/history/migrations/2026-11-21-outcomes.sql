-- how agents coded their calls; every one is kept, the newest of a call counts
CREATE TABLE outcome (
    key     TEXT PRIMARY KEY,
    call_id TEXT NOT NULL,
    at      INTEGER NOT NULL,
    outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_of_call ON outcome (call_id, at, key);
