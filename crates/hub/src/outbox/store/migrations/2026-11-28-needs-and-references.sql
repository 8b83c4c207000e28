-- what the other system calls what was made, and the submission that must be done before this one is sent
ALTER TABLE submission ADD COLUMN reference TEXT;
ALTER TABLE submission ADD COLUMN needs TEXT;

CREATE INDEX submission_needs ON submission (needs) WHERE over = 0 AND needs IS NOT NULL;
