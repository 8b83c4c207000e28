-- one line for each request of the last day; never a payload, a number or an address
CREATE TABLE line (
    at      INTEGER NOT NULL,
    account TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- the connector's own fixed word
    what    TEXT NOT NULL,
    outcome TEXT NOT NULL,
    took_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX line_at ON line (at);

-- older ones, counted by the hour they ended in
CREATE TABLE hour (
    hour       INTEGER NOT NULL,
    account    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    what       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    requests   INTEGER NOT NULL,
    took_ms    INTEGER NOT NULL,
    longest_ms INTEGER NOT NULL,
    PRIMARY KEY (hour, account, purpose, what, outcome)
) STRICT, WITHOUT ROWID;
