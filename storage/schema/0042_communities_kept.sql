-- Members by a rule of their community, and communities whose hosts said that they live.

ALTER TABLE memberships ADD COLUMN by_rule TEXT NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN alive_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX community_rules_by_value ON community_rules (field, value);
