-- What moderators did last in a community of elsewhere, in its host's order: an older act that comes later changes
-- nothing, and one about a post that has not come yet waits for it.
CREATE TABLE community_marks (
    community_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    about TEXT NOT NULL,                 -- the id of the post or account
    subject TEXT NOT NULL,               -- removed, locked, sticky, moderator, banned
    place BIGINT NOT NULL,               -- of the Announce
    is_on INTEGER NOT NULL,
    by_id BIGINT, reason TEXT NOT NULL,
    PRIMARY KEY (community_id, about, subject)) CLUSTERED;
