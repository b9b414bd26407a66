-- The question of a week. An answer is added to a number and is not kept; who answered is known until the close, so
-- that nobody answers twice, and forgotten then.
CREATE TABLE pulse_rounds (
    week TEXT PRIMARY KEY,                          -- 2026-W48
    question TEXT NOT NULL,
    opens_at BIGINT NOT NULL, closes_at BIGINT NOT NULL, closed_at BIGINT);

CREATE TABLE pulse_counts (
    week TEXT NOT NULL REFERENCES pulse_rounds (week) ON DELETE CASCADE,
    face INTEGER NOT NULL, answers INTEGER NOT NULL, PRIMARY KEY (week, face)) CLUSTERED;

CREATE TABLE pulse_answered (
    week TEXT NOT NULL REFERENCES pulse_rounds (week) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (week, account_id)) CLUSTERED;

-- What each entity counted, this one too, as its node signed it. `counts`: five numbers, or empty for too few answers.
CREATE TABLE pulse_tallies (
    week TEXT NOT NULL, entity TEXT NOT NULL, question TEXT NOT NULL, counts TEXT NOT NULL,
    statement TEXT NOT NULL, taken_at BIGINT NOT NULL, PRIMARY KEY (week, entity)) CLUSTERED;
