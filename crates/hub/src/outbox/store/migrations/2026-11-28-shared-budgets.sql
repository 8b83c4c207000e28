-- from now on `account` has a row for each budget's name, too: `token:` and a few digits, which several accounts may share.
-- They are made with this installation's own salt, so that they tell nothing of the token.
CREATE TABLE installation (
    salt BLOB NOT NULL
) STRICT;

INSERT INTO installation (salt) VALUES (randomblob(32));
