-- what is typed in a form of the main window and not saved yet, by the form's place
CREATE TABLE form_draft (
    place TEXT PRIMARY KEY,
    -- when it was typed last
    at    INTEGER NOT NULL,
    -- the form's own JSON, without any secret
    typed TEXT NOT NULL
) STRICT, WITHOUT ROWID;
