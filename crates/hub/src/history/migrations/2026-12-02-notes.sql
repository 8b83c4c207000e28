-- what agents write of a call, and what other programs hand over: transcripts and summaries
CREATE TABLE note (
    n           INTEGER PRIMARY KEY,
    call_id     TEXT NOT NULL REFERENCES call (id) ON DELETE CASCADE,
    -- its name among those of its call, given by whoever wrote it
    key         TEXT NOT NULL,
    kind        TEXT NOT NULL,
    -- the agent who wrote it; absent: another program
    agent       TEXT,
    source      TEXT,
    language    TEXT,
    text        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    -- a digest of what was handed over last: the same once more changes nothing, whoever edited it since
    sent        BLOB NOT NULL,
    edited_at   INTEGER,
    edited_by   TEXT,
    approved_at INTEGER,
    approved_by TEXT,
    version     INTEGER NOT NULL DEFAULT 1,
    UNIQUE (call_id, key)
) STRICT;

-- each change of one is told of a call that is over
CREATE TRIGGER to_tell_new_note AFTER INSERT ON note
WHEN EXISTS (SELECT 1 FROM call WHERE id = NEW.call_id AND over = 1) BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (NEW.call_id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
CREATE TRIGGER to_tell_changed_note AFTER UPDATE ON note
WHEN EXISTS (SELECT 1 FROM call WHERE id = NEW.call_id AND over = 1) BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (NEW.call_id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
-- with its call there is nothing left to tell of
CREATE TRIGGER to_tell_deleted_note AFTER DELETE ON note
WHEN EXISTS (SELECT 1 FROM call WHERE id = OLD.call_id AND over = 1) BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (OLD.call_id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
