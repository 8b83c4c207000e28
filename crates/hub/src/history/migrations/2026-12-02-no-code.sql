-- calls of which somebody said that they need no code
CREATE TABLE no_code (
    call_id TEXT PRIMARY KEY NOT NULL REFERENCES call (id) ON DELETE CASCADE,
    agent   TEXT,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
