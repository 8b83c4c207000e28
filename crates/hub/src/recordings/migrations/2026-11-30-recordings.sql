-- what is known of each recording; its audio is a file of this name, or still at the telephone system
CREATE TABLE recording (
    id        TEXT PRIMARY KEY,
    account   TEXT NOT NULL,
    -- absent while it arrives with the data that tell whose it is
    call_id   TEXT,
    -- what the telephone system calls it
    system_id TEXT,
    -- arriving, at_system, here, gone
    state     TEXT NOT NULL,
    audio     TEXT,
    bytes     INTEGER,
    at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX recording_of_call ON recording (call_id, at) WHERE call_id IS NOT NULL;
CREATE UNIQUE INDEX recording_by_system_id ON recording (account, system_id, call_id) WHERE system_id IS NOT NULL;

-- who did what with a recording; kept when the recording is not
CREATE TABLE access (
    recording_id TEXT NOT NULL,
    at           INTEGER NOT NULL,
    agent        TEXT,
    act          TEXT NOT NULL
) STRICT;
CREATE INDEX access_of_recording ON access (recording_id, at);
