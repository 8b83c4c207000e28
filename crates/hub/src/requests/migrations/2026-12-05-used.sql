-- What was used of each account, counted while the lines are written: no question walks over single requests. A grain is the
-- length of a part of the time in milliseconds: quarters of an hour are kept for a day, hours and days for a month.

CREATE TABLE used (
    account  TEXT NOT NULL,
    grain    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    purpose  TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (account, grain, at, purpose, outcome)
) WITHOUT ROWID, STRICT;

-- By whom; empty: the hub by itself.
CREATE TABLE used_by (
    account  TEXT NOT NULL,
    grain    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,
    purpose  TEXT NOT NULL,
    requests INTEGER NOT NULL,
    limited  INTEGER NOT NULL,
    PRIMARY KEY (account, grain, at, who, purpose)
) WITHOUT ROWID, STRICT;

-- What was not needed (`batching`, `cache`: added up), and what waited (`waiting`: the most at once).
CREATE TABLE beside (
    account TEXT NOT NULL,
    grain   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    what    TEXT NOT NULL,
    many    INTEGER NOT NULL,
    PRIMARY KEY (account, grain, at, what)
) WITHOUT ROWID, STRICT;

-- What there was before goes on: hours of a month, quarters of the last day. By whom was not written down.
INSERT INTO used (account, grain, at, purpose, outcome, requests)
    SELECT account, 3600000, hour, purpose, outcome, sum(requests) FROM hour GROUP BY account, hour, purpose, outcome;
INSERT INTO used (account, grain, at, purpose, outcome, requests)
    SELECT account, 3600000, at / 3600000 * 3600000, purpose, outcome, count(*) FROM line WHERE true GROUP BY 1, 3, 4, 5
    ON CONFLICT (account, grain, at, purpose, outcome) DO UPDATE SET requests = requests + excluded.requests;
INSERT INTO used (account, grain, at, purpose, outcome, requests)
    SELECT account, 900000, at / 900000 * 900000, purpose, outcome, count(*) FROM line GROUP BY 1, 3, 4, 5;
