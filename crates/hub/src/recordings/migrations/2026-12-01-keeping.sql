-- when its file came here, and when it was last heard
ALTER TABLE recording ADD COLUMN here_at INTEGER;
ALTER TABLE recording ADD COLUMN used_at INTEGER;
CREATE INDEX recording_by_age ON recording (at) WHERE state <> 'deleted';

-- what may not be deleted, whoever wants it and however old it is
CREATE TABLE hold (
    recording_id TEXT PRIMARY KEY,
    at           INTEGER NOT NULL,
    agent        TEXT,
    why          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- why it was held, let go or deleted
ALTER TABLE access ADD COLUMN why TEXT;
