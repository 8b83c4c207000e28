-- SHA-256 of a recording that came with a call's data: what is sent again is kept once
ALTER TABLE recording ADD COLUMN digest BLOB;
-- why one that came was not kept, in the state refused
ALTER TABLE recording ADD COLUMN why TEXT;
