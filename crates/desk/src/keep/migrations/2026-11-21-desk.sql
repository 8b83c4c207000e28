-- calls whose outcome is being typed, as they stood when they ended
CREATE TABLE wrap_up (
    call_id  TEXT PRIMARY KEY,
    started  INTEGER NOT NULL,
    deadline INTEGER,
    -- call, card, records, codes and keys as JSON
    wrap_up  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- what was typed so far; it goes with its wrap-up
CREATE TABLE draft (
    call_id TEXT PRIMARY KEY REFERENCES wrap_up (call_id) ON DELETE CASCADE,
    draft   TEXT NOT NULL
) STRICT;

-- calls whose wrap-up is over, the last thousand: none of them begins again, and none is handed over twice
CREATE TABLE finished (
    n       INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id TEXT NOT NULL UNIQUE,
    at      INTEGER NOT NULL
) STRICT;

-- saved here, and not accepted by the hub yet
CREATE TABLE pending (
    n        INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT NOT NULL UNIQUE,
    since    INTEGER NOT NULL,
    tries    INTEGER NOT NULL DEFAULT 0,
    -- why the hub did not accept it, as JSON
    error    TEXT,
    handover TEXT NOT NULL
) STRICT;
