-- When a post came into its community here: what came late, or got its place later, was not read before.
ALTER TABLE placements ADD COLUMN arrived_at BIGINT NOT NULL DEFAULT 0;
UPDATE placements SET arrived_at = shown;
CREATE INDEX placements_arrived ON placements (community_id, arrived_at) WHERE is_root = 1;
