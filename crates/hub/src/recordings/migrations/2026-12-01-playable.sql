-- what is played of a recording: samples of 16 bits in its own file, or in one beside it
CREATE TABLE playable (
    recording_id TEXT PRIMARY KEY,
    -- 1: in the file beside it, because its own has another coding
    converted    INTEGER NOT NULL,
    -- the first sample's byte in that file, and how many there are
    at           INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    channels     INTEGER NOT NULL,
    sample_rate  INTEGER NOT NULL,
    -- a byte for each peak, one channel after the other
    waveform     BLOB NOT NULL,
    made_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
