-- Must-read posts: what is asked of whom, and who confirmed what. Names of who confirmed never leave this node.
CREATE TABLE announcements (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    host TEXT NOT NULL,                     -- of whose node it is; empty: of this one
    version INTEGER NOT NULL,               -- one more with each change that asks again
    statement TEXT NOT NULL,                -- what the author's node signed
    audience TEXT NOT NULL,                 -- who is informed, and when (JSON)
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    urgent INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    version_at BIGINT NOT NULL,             -- when the version was written
    created_at BIGINT NOT NULL);
CREATE INDEX announcements_of_author ON announcements (author_id, post_id);
CREATE INDEX announcements_urgent ON announcements (host, created_at) WHERE urgent = 1;
CREATE TABLE announcement_texts (           -- every text that was shown under a version
    post_id BIGINT NOT NULL REFERENCES announcements (post_id) ON DELETE CASCADE ON UPDATE CASCADE,
    version INTEGER NOT NULL,
    language TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (post_id, version, language, digest)
) CLUSTERED;
CREATE TABLE announcement_asked (           -- people here who are asked to read it
    post_id BIGINT NOT NULL REFERENCES announcements (post_id) ON DELETE CASCADE ON UPDATE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    asked_at BIGINT NOT NULL,
    seen_at BIGINT,                         -- of this version
    reminders INTEGER NOT NULL DEFAULT 0,
    reminded_at BIGINT,
    PRIMARY KEY (post_id, account_id)
) CLUSTERED;
CREATE INDEX announcement_asked_of ON announcement_asked (account_id, post_id);
CREATE TABLE acknowledgements (             -- one for each version: what was confirmed before is kept
    post_id BIGINT NOT NULL REFERENCES announcements (post_id) ON DELETE CASCADE ON UPDATE CASCADE,
    version INTEGER NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    digest TEXT NOT NULL,                   -- of the text that was on the screen
    question INTEGER NOT NULL DEFAULT 0,
    at BIGINT NOT NULL,
    PRIMARY KEY (post_id, version, account_id)
) CLUSTERED;
CREATE TABLE announcement_counts (          -- what other nodes said, signed by each
    post_id BIGINT NOT NULL REFERENCES announcements (post_id) ON DELETE CASCADE ON UPDATE CASCADE,
    host TEXT NOT NULL,
    version INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (post_id, host, version)
) CLUSTERED;
-- What somebody is beside their role: `manager` is informed first where an announcement says so, `urgent` may mark
-- one as urgent.
CREATE TABLE offices (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    office TEXT NOT NULL,
    PRIMARY KEY (account_id, office)
) CLUSTERED;
-- Who says to be away is reminded of nothing until then.
CREATE TABLE leaves (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    until BIGINT NOT NULL);
