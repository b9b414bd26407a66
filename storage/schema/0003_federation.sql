-- Other nodes: who is allowed, what came in, what goes out.

CREATE TABLE peers (
    host TEXT PRIMARY KEY,
    policy TEXT NOT NULL,
    software TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    closed_until BIGINT NOT NULL DEFAULT 0,
    last_success_at BIGINT,
    last_failure_at BIGINT,
    last_error TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);

CREATE TABLE inbox (
    id SERIAL_KEY,
    activity_id TEXT NOT NULL UNIQUE,
    actor_uri TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due BIGINT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    received_at BIGINT NOT NULL
);
CREATE INDEX inbox_waiting ON inbox (due, id) WHERE state = 'waiting';
CREATE INDEX inbox_of_actor ON inbox (actor_uri, id) WHERE state = 'waiting';
CREATE INDEX inbox_by_age ON inbox (received_at);

CREATE TABLE activities (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    uri TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX activities_by_age ON activities (created_at);

CREATE TABLE deliveries (
    id ID_KEY,
    activity_id BIGINT NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL,
    host TEXT NOT NULL,
    inbox_url TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    UNIQUE (activity_id, inbox_url)
);
CREATE INDEX deliveries_in_order ON deliveries (account_id, host, id) WHERE state = 'waiting';
CREATE INDEX deliveries_of_host ON deliveries (host, id) WHERE state = 'waiting';
CREATE INDEX deliveries_by_age ON deliveries (created_at);
CREATE INDEX deliveries_due ON deliveries (due) WHERE state = 'waiting';

-- Which inbox had which post, for as long as a Delete may have to follow it. No reference: the post goes first.
CREATE TABLE post_peers (
    post_id BIGINT NOT NULL,
    inbox_url TEXT NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (post_id, inbox_url)
) CLUSTERED;
