-- A number drawn at insert may commit after a greater one, and a reader would skip it for ever.
-- So `seq`, the place in the log, is given after the commit.
CREATE TABLE events (
    id SERIAL_KEY,
    seq BIGINT UNIQUE,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX events_unnumbered ON events (id) WHERE seq IS NULL;
