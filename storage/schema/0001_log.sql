-- The log's readers and the jobs. The events themselves differ per engine, in the files beside this.

CREATE TABLE cursors (
    subscriber TEXT PRIMARY KEY,
    seq BIGINT NOT NULL
) CLUSTERED;

-- An event that a subscriber could not handle; parked after some attempts.
CREATE TABLE event_failures (
    subscriber TEXT NOT NULL,
    seq BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT NOT NULL,
    failed_at BIGINT NOT NULL,
    PRIMARY KEY (subscriber, seq)
) CLUSTERED;
CREATE INDEX event_failures_by_seq ON event_failures (seq);

CREATE TABLE jobs (
    id SERIAL_KEY,
    kind TEXT NOT NULL,
    key TEXT,
    arguments TEXT NOT NULL,
    due BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_until BIGINT,
    -- When the same key was asked for again while the job ran.
    again BIGINT,
    dead BIGINT NOT NULL,
    last_error TEXT,
    UNIQUE (kind, key)
);
CREATE INDEX jobs_waiting ON jobs (due, id) WHERE dead = 0 AND lease_until IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (id) WHERE dead = 1;
