-- Whoever was a guest of a community when they wrote there: their post says so for good.
ALTER TABLE placements ADD COLUMN by_guest INTEGER NOT NULL DEFAULT 0;
