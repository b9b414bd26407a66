-- "I am safe": a site asks its own people, also while it is cut off. Others hear numbers.
CREATE TABLE roll_calls (
    id ID_KEY,
    title TEXT NOT NULL,
    begun_by BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT);
CREATE TABLE roll_answers (
    roll_id BIGINT NOT NULL REFERENCES roll_calls (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state TEXT NOT NULL,                    -- safe | help
    noted_by BIGINT NOT NULL,               -- who said so: the person, or whoever stands before them with a list
    at BIGINT NOT NULL,
    PRIMARY KEY (roll_id, account_id)
) CLUSTERED;
CREATE TABLE roll_counts (                  -- of other sites, signed by each
    host TEXT NOT NULL,
    roll TEXT NOT NULL,
    title TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT,
    people INTEGER NOT NULL,
    safe INTEGER NOT NULL,
    help INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (host, roll)
) CLUSTERED;
