-- what a step says of one leg or phone, as JSON; absent: it is of the whole call
ALTER TABLE step ADD COLUMN about TEXT;
-- a telephone system may use its ids anew: after a restart, or every day
DROP INDEX call_by_external_id;
CREATE INDEX call_by_external_id ON call (account, external_id, id) WHERE external_id IS NOT NULL;
