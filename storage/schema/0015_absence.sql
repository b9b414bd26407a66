-- When somebody last read before they were away for days, and when they came back. 0: never, or told already.
ALTER TABLE markers ADD COLUMN left_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE markers ADD COLUMN back_at BIGINT NOT NULL DEFAULT 0;
-- Whether single letters act on the pages.
ALTER TABLE users ADD COLUMN shortcuts INTEGER NOT NULL DEFAULT 1;
