-- Custom emoji, reactions with one, accounts that moved, further languages of a post, what other nodes say of their own
-- posts, and threads that were read whole.

CREATE TABLE emojis (
    id ID_KEY,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    category TEXT NOT NULL DEFAULT '',
    media_id BIGINT NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    said_at BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    retired_at BIGINT,
    UNIQUE (name, domain)
);
CREATE INDEX emojis_by_domain ON emojis (domain, category, name);

-- One row for each reaction of elsewhere that carries an emoji; the like stands for all of one account.
CREATE TABLE reactions (
    uri TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    emoji TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reactions_of_post ON reactions (post_id, account_id);
CREATE INDEX reactions_of_account ON reactions (account_id);

ALTER TABLE posts ADD COLUMN emojis TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN versions TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN conversation TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN replies_url TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN claimed_likes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN claimed_boosts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN claimed_replies INTEGER NOT NULL DEFAULT 0;
CREATE INDEX posts_of_conversation ON posts (conversation, id) WHERE conversation <> '';

ALTER TABLE accounts ADD COLUMN emojis TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN aliases TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN moved_id BIGINT;
ALTER TABLE accounts ADD COLUMN moved_at BIGINT;

-- When a thread was last read as a whole, by the id of its first post here.
CREATE TABLE thread_reads (
    thread_id ID_KEY,
    read_at BIGINT NOT NULL
);

-- Posts whose numbers changed and whose readers elsewhere have not been told yet.
CREATE TABLE tallies (
    post_id ID_KEY,
    since BIGINT NOT NULL
);
