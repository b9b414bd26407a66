-- Moderation: states of accounts, reports, warnings, rules, decisions about other nodes, and the log of all that.

-- `silenced_at`: limited by a moderator; `host_silenced`: because its whole node is; `role`: shown beside the name.
ALTER TABLE accounts ADD COLUMN silenced_at BIGINT;
ALTER TABLE accounts ADD COLUMN sensitized_at BIGINT;
ALTER TABLE accounts ADD COLUMN host_silenced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT '';
UPDATE accounts
SET role = COALESCE((SELECT u.role FROM users AS u WHERE u.account_id = accounts.id AND u.role <> 'member'), '')
WHERE domain = '';

ALTER TABLE peers ADD COLUMN rule_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE peers ADD COLUMN is_silenced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peers ADD COLUMN refuses_media INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peers ADD COLUMN refuses_reports INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peers ADD COLUMN per_minute INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peers ADD COLUMN private_comment TEXT NOT NULL DEFAULT '';
ALTER TABLE peers ADD COLUMN public_comment TEXT NOT NULL DEFAULT '';
ALTER TABLE peers ADD COLUMN is_obfuscated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peers ADD COLUMN decided_at BIGINT;
UPDATE peers
SET rule_id = (SELECT COUNT(*) FROM peers AS q WHERE q.host <= peers.host), decided_at = created_at
WHERE policy <> 'unknown';
CREATE UNIQUE INDEX peers_by_rule ON peers (rule_id) WHERE rule_id > 0;

-- `account_id`: who reports; for a report of another node its instance actor.
CREATE TABLE reports (
    id ID_KEY,
    uri TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    category TEXT NOT NULL,
    comment TEXT NOT NULL,
    rules TEXT NOT NULL DEFAULT '',
    posts_count INTEGER NOT NULL DEFAULT 0,
    is_forwarded INTEGER NOT NULL DEFAULT 0,
    assigned_id BIGINT,
    resolved_at BIGINT,
    resolved_id BIGINT,
    action TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    seen_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX reports_open ON reports (id) WHERE resolved_at IS NULL;
CREATE INDEX reports_of_target ON reports (target_id, id);
CREATE INDEX reports_of_account ON reports (account_id, id);

CREATE TABLE report_posts (
    report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (report_id, post_id)
) CLUSTERED;
CREATE INDEX report_posts_of_post ON report_posts (post_id);

CREATE TABLE report_notes (
    id SERIAL_KEY,
    report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX report_notes_of_report ON report_notes (report_id, id);

-- What a moderator did to somebody, as that person reads it. `posts`: ids with spaces between.
CREATE TABLE warnings (
    id SERIAL_KEY,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    by_id BIGINT NOT NULL,
    report_id BIGINT REFERENCES reports (id) ON DELETE SET NULL,
    action TEXT NOT NULL,
    text TEXT NOT NULL,
    posts TEXT NOT NULL DEFAULT '',
    appeal TEXT NOT NULL DEFAULT '',
    appealed_at BIGINT,
    appeal_state TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX warnings_of_target ON warnings (target_id, id);
CREATE INDEX warnings_appealed ON warnings (id) WHERE appeal_state = 'pending';

-- `translations`: JSON, language → text and hint. A rule that is taken away stays for the reports that name it.
CREATE TABLE rules (
    id SERIAL_KEY,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    hint TEXT NOT NULL DEFAULT '',
    translations TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    removed_at BIGINT
);

-- Every act of administration and every use of its rights: only ever added to.
CREATE TABLE audit (
    id SERIAL_KEY,
    at BIGINT NOT NULL,
    by_id BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    act TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    origin TEXT NOT NULL
);
CREATE INDEX audit_by_actor ON audit (by_id, id);
CREATE INDEX audit_by_subject ON audit (subject_id, id);
