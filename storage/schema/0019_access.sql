-- A secret of the node itself, under its name: what it signs addresses with.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- A token as its application can read it again (encrypted with the application's own secret), to be given twice.
ALTER TABLE tokens ADD COLUMN sealed TEXT;

-- Codes that became tokens: one that comes again was stolen, and ends its token.
CREATE TABLE used_codes (
    code_hash TEXT PRIMARY KEY,
    token_id BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);

-- How often somebody asked in a window of time, added up by the processes of a node.
CREATE TABLE limit_counts (
    key TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (key, ends_at)
);
CREATE INDEX limit_counts_by_end ON limit_counts (ends_at);
