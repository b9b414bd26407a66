-- Who moderated a community of elsewhere, and when that was known to be over, by the own clock.
CREATE TABLE community_former_moderators (
    community_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    learned_at BIGINT NOT NULL, PRIMARY KEY (community_id, account_id)) CLUSTERED;

-- When the list of moderators was read first: what was done before, this node cannot judge.
ALTER TABLE community_sources ADD COLUMN moderators_since BIGINT NOT NULL DEFAULT 0;
UPDATE community_sources SET moderators_since = moderators_at;
