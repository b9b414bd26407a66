-- One writer: the order of insertion is the order of commit. AUTOINCREMENT never reuses a place.
CREATE TABLE events (
    seq SERIAL_KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    at BIGINT NOT NULL
);
