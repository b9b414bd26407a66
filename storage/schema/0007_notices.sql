-- Notifications in groups and by policy, conversations, bulletins of the site, pushes to devices, letters by mail.

ALTER TABLE notifications ADD COLUMN group_key TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notifications_by_group ON notifications (account_id, group_key, id) WHERE group_key <> '';
CREATE INDEX notifications_of_sender ON notifications (account_id, from_id, id);

CREATE TABLE notification_policies (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    not_following TEXT NOT NULL,
    not_followers TEXT NOT NULL,
    new_accounts TEXT NOT NULL,
    private_mentions TEXT NOT NULL,
    limited_accounts TEXT NOT NULL,
    bots TEXT NOT NULL
);

-- Whose notifications are let through whatever the policy says.
CREATE TABLE notification_permissions (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    from_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, from_id)
) CLUSTERED;

CREATE TABLE notification_requests (
    id SERIAL_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    from_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, from_id)
);
CREATE INDEX notification_requests_of_account ON notification_requests (account_id, id);

-- One for each person, thread and circle of people. `participants`: their ids in order, joined by commas.
CREATE TABLE conversations (
    id SERIAL_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    participants TEXT NOT NULL,
    last_post_id BIGINT REFERENCES posts (id) ON DELETE SET NULL ON UPDATE CASCADE,
    unread INTEGER NOT NULL
);
CREATE INDEX conversations_by_last ON conversations (account_id, last_post_id);
CREATE INDEX conversations_by_circle ON conversations (account_id, participants);
CREATE INDEX conversations_of_post ON conversations (last_post_id) WHERE last_post_id IS NOT NULL;

CREATE TABLE conversation_posts (
    conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (conversation_id, post_id)
) CLUSTERED;
CREATE INDEX conversation_posts_of_post ON conversation_posts (post_id);

-- Short words of the administrators to everybody here: Mastodon's announcements.
CREATE TABLE bulletins (
    id SERIAL_KEY,
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    all_day INTEGER NOT NULL DEFAULT 0,
    published_at BIGINT,
    created_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX bulletins_published ON bulletins (id) WHERE published_at IS NOT NULL;

CREATE TABLE bulletin_reads (
    bulletin_id BIGINT NOT NULL REFERENCES bulletins (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (bulletin_id, account_id)
) CLUSTERED;

CREATE TABLE bulletin_reactions (
    bulletin_id BIGINT NOT NULL REFERENCES bulletins (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (bulletin_id, name, account_id)
) CLUSTERED;

-- The keys with which this node names itself to push services (RFC 8292). The newest serves new subscriptions.
CREATE TABLE vapid_keys (
    id SERIAL_KEY,
    public_key TEXT NOT NULL,
    private_pem TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Of an app (`token_id`) or of a browser with the pages open (`session_id`). `alerts`: kinds, with spaces between.
CREATE TABLE push_subscriptions (
    id SERIAL_KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_id BIGINT UNIQUE REFERENCES tokens (id) ON DELETE CASCADE,
    session_id BIGINT UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
    access_token TEXT NOT NULL DEFAULT '',
    endpoint TEXT NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    standard INTEGER NOT NULL,
    alerts TEXT NOT NULL,
    policy TEXT NOT NULL,
    vapid_id BIGINT NOT NULL REFERENCES vapid_keys (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_of_user ON push_subscriptions (user_id);

-- How often somebody wants letters, up to which notification they were told, and the secret of the way out.
CREATE TABLE letters (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    rhythm TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    told_id BIGINT NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX letters_by_rhythm ON letters (rhythm, sent_at);
