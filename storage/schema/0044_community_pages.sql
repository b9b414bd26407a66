-- The weekly letter of somebody's communities: who asked for it, and until when they were told.
CREATE TABLE digests (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token TEXT NOT NULL UNIQUE,
    is_wanted INTEGER NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX digests_by_time ON digests (is_wanted, sent_at);

-- What stands on top of a community is found without reading all of it.
CREATE INDEX placements_on_top ON placements (community_id, shown) WHERE sticky = 1;
