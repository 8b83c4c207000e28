-- the call itself says whether it is private
ALTER TABLE call ADD COLUMN private INTEGER GENERATED ALWAYS AS (iif(json_valid(call), coalesce(call ->> '$.privacy.private', 0), 0)) VIRTUAL;
