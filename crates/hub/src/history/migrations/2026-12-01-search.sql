-- what calls are found by: the call itself says it, or what is beside it; what cannot be read is found by less
ALTER TABLE call ADD COLUMN line TEXT GENERATED ALWAYS AS (iif(json_valid(call), call ->> '$.line', NULL)) VIRTUAL;
ALTER TABLE call ADD COLUMN queue TEXT GENERATED ALWAYS AS (iif(json_valid(call), call ->> '$.course.queue', NULL)) VIRTUAL;
-- whom the network shows
ALTER TABLE call ADD COLUMN party_name TEXT GENERATED ALWAYS AS (iif(json_valid(call), call ->> '$.course.party_name', NULL)) VIRTUAL;
-- the newest code of the call
ALTER TABLE call ADD COLUMN code TEXT;
-- a recording was told of
ALTER TABLE call ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call_agent ADD COLUMN at INTEGER;
UPDATE call SET code = (SELECT iif(json_valid(outcome), coalesce(outcome ->> '$.code', ''), '') FROM outcome WHERE call_id = call.id ORDER BY at DESC, key DESC LIMIT 1)
    WHERE id IN (SELECT call_id FROM outcome);
UPDATE call_agent SET at = (SELECT started_at FROM call WHERE id = call_agent.call_id);
CREATE INDEX call_by_time ON call (started_at, id);
CREATE INDEX call_of_number ON call (number_key, started_at, id) WHERE number_key IS NOT NULL;
CREATE INDEX call_of_customer ON call (customer_id, started_at, id) WHERE customer_id IS NOT NULL;
CREATE INDEX call_on_line ON call (line, started_at, id) WHERE line IS NOT NULL;
CREATE INDEX call_in_queue ON call (queue, started_at, id) WHERE queue IS NOT NULL;
CREATE INDEX call_by_code ON call (code, started_at, id) WHERE code IS NOT NULL;
CREATE INDEX call_not_coded ON call (started_at, id) WHERE code IS NULL AND state = 'ended';
CREATE INDEX call_with_recording ON call (started_at, id) WHERE recorded = 1;
CREATE INDEX call_missed_by_time ON call (started_at, id) WHERE state = 'missed';
CREATE INDEX call_failed_by_time ON call (started_at, id) WHERE state = 'failed';
CREATE INDEX call_agent_by_time ON call_agent (agent, at, call_id);

-- words of names, notes, comments and codes; only what finds them is kept here, numbered by call_n
CREATE TABLE call_n (n INTEGER PRIMARY KEY, call_id TEXT NOT NULL UNIQUE) STRICT;
CREATE VIRTUAL TABLE call_text USING fts5 (words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
INSERT INTO call_n (call_id) SELECT id FROM call
    WHERE customer_name IS NOT NULL OR party_name IS NOT NULL OR code IS NOT NULL
       OR id IN (SELECT call_id FROM note_so_far) ORDER BY id;
INSERT INTO call_text (rowid, words) SELECT n, concat_ws(char(10), customer_name, party_name,
        (SELECT group_concat(note, char(10)) FROM note_so_far WHERE call_id = call.id),
        (SELECT group_concat(concat_ws(char(10), outcome ->> '$.label', outcome ->> '$.second_label', outcome ->> '$.comment'), char(10))
            FROM outcome WHERE call_id = call.id AND json_valid(outcome)))
    FROM call_n JOIN call ON call.id = call_n.call_id;
