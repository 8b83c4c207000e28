-- whom an agent set aside for one call; `listed`: the call list named them until then, and does again if it is taken back
CREATE TABLE set_aside (
    call_id       TEXT NOT NULL REFERENCES call (id),
    customer_id   TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    agent         TEXT,
    at            INTEGER NOT NULL,
    listed        INTEGER NOT NULL,
    PRIMARY KEY (call_id, customer_id)
) STRICT, WITHOUT ROWID;
