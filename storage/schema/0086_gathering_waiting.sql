-- How many wait for a seat of a gathering of elsewhere, by the word of its organiser's node.

ALTER TABLE gatherings ADD COLUMN claimed_waiting BIGINT NOT NULL DEFAULT 0;
