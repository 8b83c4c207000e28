-- calls that are over and of which something is new: what is told to other systems is made of them, and then they go.
-- Filled by triggers, so that whatever changes a call is told in the same transaction.
CREATE TABLE to_tell (
    call_id TEXT PRIMARY KEY REFERENCES call (id) ON DELETE CASCADE,
    -- counts what was new, so that what comes while it is told is told again
    news    INTEGER NOT NULL,
    -- not before this moment
    due     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX to_tell_due ON to_tell (due, call_id);

CREATE TRIGGER to_tell_over_at_once AFTER INSERT ON call WHEN NEW.over = 1 BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (NEW.id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
CREATE TRIGGER to_tell_call AFTER UPDATE OF over, call, customer_id, customer_name ON call
WHEN NEW.over = 1 AND (OLD.over = 0 OR OLD.call IS NOT NEW.call OR OLD.customer_id IS NOT NEW.customer_id
                       OR OLD.customer_name IS NOT NEW.customer_name) BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (NEW.id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
CREATE TRIGGER to_tell_outcome AFTER INSERT ON outcome
WHEN EXISTS (SELECT 1 FROM call WHERE id = NEW.call_id AND over = 1) BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (NEW.call_id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
CREATE TRIGGER to_tell_note AFTER INSERT ON note_so_far
WHEN EXISTS (SELECT 1 FROM call WHERE id = NEW.call_id AND over = 1) BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (NEW.call_id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
CREATE TRIGGER to_tell_other_note AFTER UPDATE OF note ON note_so_far
WHEN EXISTS (SELECT 1 FROM call WHERE id = NEW.call_id AND over = 1) BEGIN
    INSERT INTO to_tell (call_id, news, due) VALUES (NEW.call_id, 1, 0)
        ON CONFLICT (call_id) DO UPDATE SET news = news + 1, due = 0;
END;
