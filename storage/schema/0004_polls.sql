-- Polls and votes, what is to be published later, what people show on top of their pages, and threads they are tired of.

CREATE TABLE polls (
    id ID_KEY,
    post_id BIGINT NOT NULL UNIQUE REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    is_multiple INTEGER NOT NULL,
    hides_totals INTEGER NOT NULL DEFAULT 0,
    expires_at BIGINT,
    closed_at BIGINT,
    voters_count BIGINT,
    claimed_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE poll_options (
    poll_id BIGINT NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    votes_count BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (poll_id, position)
) CLUSTERED;

-- Who took part: one row each, so that a poll of one choice has one vote of everybody, whatever comes at once.
CREATE TABLE poll_voters (
    poll_id BIGINT NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    voted_at BIGINT NOT NULL,
    PRIMARY KEY (poll_id, account_id)
) CLUSTERED;
CREATE INDEX poll_voters_of_account ON poll_voters (account_id);

CREATE TABLE poll_votes (
    poll_id BIGINT NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (poll_id, account_id, position)
) CLUSTERED;
CREATE INDEX poll_votes_of_account ON poll_votes (account_id);

CREATE TABLE scheduled_posts (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    scheduled_at BIGINT NOT NULL,
    draft TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX scheduled_posts_of_account ON scheduled_posts (account_id, id);

CREATE TABLE scheduled_media (
    media_id BIGINT PRIMARY KEY REFERENCES media (id) ON DELETE CASCADE,
    scheduled_id BIGINT NOT NULL REFERENCES scheduled_posts (id) ON DELETE CASCADE,
    position INTEGER NOT NULL
);
CREATE INDEX scheduled_media_of_post ON scheduled_media (scheduled_id, position);

CREATE TABLE pins (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, post_id)
);
CREATE INDEX pins_of_account ON pins (account_id, id);
CREATE INDEX pins_of_post ON pins (post_id);
ALTER TABLE accounts ADD COLUMN featured_url TEXT NOT NULL DEFAULT '';

-- A thread is known by its first post, which may come late or get another id: storage/threads.py leads these after it.
CREATE TABLE thread_mutes (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    thread_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread_id)
) CLUSTERED;
CREATE INDEX thread_mutes_of_thread ON thread_mutes (thread_id);
