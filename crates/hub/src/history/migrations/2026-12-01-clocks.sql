-- how far ahead the clock of an account's telephone system is, in milliseconds
CREATE TABLE clock (
    account TEXT PRIMARY KEY NOT NULL,
    ahead   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
