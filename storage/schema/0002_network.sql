-- People, relations, posts and what people read.
-- ID_KEY, SERIAL_KEY and CLUSTERED are words of storage/engine/dialect.py: a 64-bit key given by us, one given by the
-- database, and a table kept in the order of its key where the engine can.

CREATE TABLE media (
    id ID_KEY,
    account_id BIGINT NOT NULL,
    post_id BIGINT,
    position INTEGER NOT NULL DEFAULT 0,
    purpose TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    mime TEXT NOT NULL,
    file_key TEXT,
    small_key TEXT,
    small_mime TEXT NOT NULL DEFAULT '',
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    small_width INTEGER NOT NULL DEFAULT 0,
    small_height INTEGER NOT NULL DEFAULT 0,
    bytes BIGINT NOT NULL DEFAULT 0,
    blurhash TEXT,
    description TEXT NOT NULL DEFAULT '',
    focus_x REAL NOT NULL DEFAULT 0,
    focus_y REAL NOT NULL DEFAULT 0,
    remote_url TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_of_post ON media (post_id, position) WHERE post_id IS NOT NULL;
CREATE INDEX media_of_account ON media (account_id, id);
CREATE INDEX media_waiting ON media (created_at) WHERE post_id IS NULL;
CREATE INDEX media_by_file ON media (file_key) WHERE file_key IS NOT NULL;
CREATE INDEX media_by_small ON media (small_key) WHERE small_key IS NOT NULL;

CREATE TABLE accounts (
    id ID_KEY,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    domain TEXT NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    display_name TEXT NOT NULL DEFAULT '',
    search_name TEXT NOT NULL DEFAULT '',
    note_source TEXT NOT NULL DEFAULT '',
    note_html TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '[]',
    job TEXT NOT NULL DEFAULT '',
    locked INTEGER NOT NULL DEFAULT 0,
    discoverable INTEGER NOT NULL DEFAULT 1,
    indexable INTEGER NOT NULL DEFAULT 0,
    avatar_id BIGINT REFERENCES media (id) ON DELETE SET NULL,
    header_id BIGINT REFERENCES media (id) ON DELETE SET NULL,
    avatar_token TEXT,
    header_token TEXT,
    inbox_url TEXT NOT NULL DEFAULT '',
    shared_inbox_url TEXT NOT NULL DEFAULT '',
    outbox_url TEXT NOT NULL DEFAULT '',
    followers_url TEXT NOT NULL DEFAULT '',
    following_url TEXT NOT NULL DEFAULT '',
    posts_count INTEGER NOT NULL DEFAULT 0,
    followers_count INTEGER NOT NULL DEFAULT 0,
    following_count INTEGER NOT NULL DEFAULT 0,
    last_post_at BIGINT,
    created_at BIGINT NOT NULL,
    fetched_at BIGINT,
    suspended_at BIGINT,
    deleted_at BIGINT,
    revision INTEGER NOT NULL DEFAULT 0,
    UNIQUE (username_key, domain)
);
CREATE INDEX accounts_by_search_name ON accounts (search_name);
CREATE INDEX accounts_by_domain ON accounts (domain, id);
CREATE INDEX accounts_by_url ON accounts (url);

CREATE TABLE account_keys (
    id TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    public_pem TEXT NOT NULL,
    private_pem TEXT,
    fetched_at BIGINT NOT NULL
);
CREATE INDEX account_keys_of_account ON account_keys (account_id);

CREATE TABLE users (
    id ID_KEY,
    account_id BIGINT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    locale TEXT NOT NULL DEFAULT '',
    theme TEXT NOT NULL DEFAULT '',
    post_visibility TEXT NOT NULL DEFAULT 'public',
    post_sensitive INTEGER NOT NULL DEFAULT 0,
    post_language TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE sessions (
    id ID_KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    user_agent TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id, id);

CREATE TABLE attempts (
    key TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    since BIGINT NOT NULL
);

CREATE TABLE invitations (
    id ID_KEY,
    token_hash TEXT NOT NULL UNIQUE,
    created_by BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    used_by BIGINT
);

CREATE TABLE apps (
    id ID_KEY,
    client_id TEXT NOT NULL UNIQUE,
    secret_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    website TEXT,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE grants (
    code_hash TEXT PRIMARY KEY,
    app_id BIGINT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT,
    expires_at BIGINT NOT NULL
);

CREATE TABLE tokens (
    id ID_KEY,
    token_hash TEXT NOT NULL UNIQUE,
    app_id BIGINT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX tokens_of_user ON tokens (user_id, id);

CREATE TABLE follows (
    id ID_KEY,
    follower_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    followee_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    boosts INTEGER NOT NULL DEFAULT 1,
    notify INTEGER NOT NULL DEFAULT 0,
    uri TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (follower_id, followee_id)
);
CREATE INDEX follows_of_followee ON follows (followee_id, state, id);
CREATE INDEX follows_of_follower ON follows (follower_id, state, id);

CREATE TABLE blocks (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    uri TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, target_id)
);
CREATE INDEX blocks_of_target ON blocks (target_id, account_id);

CREATE TABLE mutes (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    notifications INTEGER NOT NULL DEFAULT 1,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, target_id)
);

CREATE TABLE posts (
    id ID_KEY,
    uri TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    is_local INTEGER NOT NULL,
    is_history INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    html TEXT NOT NULL DEFAULT '',
    spoiler TEXT NOT NULL DEFAULT '',
    sensitive INTEGER NOT NULL DEFAULT 0,
    language TEXT,
    boost_of_id BIGINT REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    parent_id BIGINT REFERENCES posts (id) ON DELETE SET NULL ON UPDATE CASCADE,
    parent_uri TEXT,
    parent_author_id BIGINT,
    thread_id BIGINT NOT NULL,
    app_id BIGINT REFERENCES apps (id) ON DELETE SET NULL,
    published_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    edited_at BIGINT,
    replies_count INTEGER NOT NULL DEFAULT 0,
    boosts_count INTEGER NOT NULL DEFAULT 0,
    likes_count INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX posts_of_author ON posts (author_id, id);
CREATE INDEX posts_of_thread ON posts (thread_id, id);
CREATE INDEX posts_of_parent ON posts (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX posts_awaiting_parent ON posts (parent_uri) WHERE parent_uri IS NOT NULL AND parent_id IS NULL;
CREATE UNIQUE INDEX posts_one_boost ON posts (boost_of_id, author_id) WHERE boost_of_id IS NOT NULL;
CREATE INDEX posts_of_group ON posts (id) WHERE visibility = 'public' AND boost_of_id IS NULL AND parent_uri IS NULL;
CREATE INDEX posts_of_site ON posts (id) WHERE visibility = 'public' AND boost_of_id IS NULL AND parent_uri IS NULL AND is_local = 1;
CREATE INDEX posts_by_url ON posts (url);

-- A post that surfaced got the id of its arrival; whoever has the former one is led on.
CREATE TABLE former_ids (
    former ID_KEY,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX former_ids_of_post ON former_ids (post_id);

CREATE TABLE mentions (
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    silent INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (post_id, account_id)
) CLUSTERED;
CREATE INDEX mentions_of_account ON mentions (account_id, post_id);

CREATE TABLE tags (
    id ID_KEY,
    name TEXT NOT NULL UNIQUE,
    display TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE post_tags (
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (tag_id, post_id)
) CLUSTERED;
CREATE INDEX post_tags_of_post ON post_tags (post_id);

CREATE TABLE revisions (
    id ID_KEY,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    spoiler TEXT NOT NULL,
    sensitive INTEGER NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX revisions_of_post ON revisions (post_id, id);

CREATE TABLE likes (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    uri TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, post_id)
);
CREATE INDEX likes_of_post ON likes (post_id, id);

CREATE TABLE bookmarks (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, post_id)
);
CREATE INDEX bookmarks_of_post ON bookmarks (post_id);

CREATE TABLE home_entries (
    owner_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    shows_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    PRIMARY KEY (owner_id, post_id)
) CLUSTERED;
CREATE INDEX home_entries_of_post ON home_entries (post_id);
CREATE INDEX home_entries_by_shown ON home_entries (owner_id, shows_id);

CREATE TABLE notifications (
    id SERIAL_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    from_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    post_id BIGINT REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, kind, from_id, subject)
);
CREATE INDEX notifications_of_account ON notifications (account_id, id);
CREATE INDEX notifications_of_post ON notifications (post_id) WHERE post_id IS NOT NULL;

CREATE TABLE markers (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    timeline TEXT NOT NULL,
    last_read_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, timeline)
);

CREATE TABLE idempotency (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE TABLE tombstones (
    uri TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    deleted_at BIGINT NOT NULL
);
