-- what an agent noted of a call that goes on, for whoever has it after them
CREATE TABLE note_so_far (
    call_id TEXT NOT NULL REFERENCES call (id),
    agent   TEXT NOT NULL,
    begun   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    note    TEXT NOT NULL,
    PRIMARY KEY (call_id, agent)
) STRICT, WITHOUT ROWID;
