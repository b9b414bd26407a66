-- When the pinned posts and the hashtags that an account of elsewhere puts forward were last read from its node.
ALTER TABLE accounts ADD COLUMN featured_read_at BIGINT NOT NULL DEFAULT 0;
