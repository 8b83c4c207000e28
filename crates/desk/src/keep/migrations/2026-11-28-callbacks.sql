-- call-backs the agent promised that no other system took: this desk reminds of them, until they are done
CREATE TABLE own_callback (
    -- the call they were promised on
    call_id  TEXT PRIMARY KEY,
    at       INTEGER NOT NULL,
    -- whom, where and why, as JSON
    callback TEXT NOT NULL
) STRICT, WITHOUT ROWID;
