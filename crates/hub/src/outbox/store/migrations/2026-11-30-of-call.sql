-- the call a submission came of; absent of what an earlier version saved, and of what came of none
ALTER TABLE submission ADD COLUMN call_id TEXT;

CREATE INDEX submission_of_call ON submission (call_id, seq) WHERE call_id IS NOT NULL;
