-- who clicked for which call: the same key of the same agent is the same call, for as long as the call is kept
CREATE TABLE click (
    -- empty: a script that named no agent
    agent   TEXT NOT NULL,
    key     TEXT NOT NULL,
    call_id TEXT NOT NULL REFERENCES call (id) ON DELETE CASCADE,
    PRIMARY KEY (agent, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX click_of_call ON click (call_id);
