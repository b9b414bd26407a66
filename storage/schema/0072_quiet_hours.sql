-- When pushes and letters reach somebody. `week`: seven words, Monday first: minutes of the day `480-1140`, or `-`.

CREATE TABLE quiet_hours (                  -- what a person chose instead of the site's
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    week TEXT NOT NULL,
    timezone TEXT NOT NULL);                -- IANA: the clock on the wall where they are

CREATE TABLE site_quiet_hours (             -- what administrators chose, one row at most
    id INTEGER PRIMARY KEY CHECK (id = 1),
    week TEXT NOT NULL,
    changed_at BIGINT NOT NULL);

-- The first notification that waits for the end of the quiet time, to be told with all after it in one push.
ALTER TABLE push_subscriptions ADD COLUMN held_id BIGINT;
