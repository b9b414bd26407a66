-- Communities: accounts of the kind `group` with members, posts in an order of their own, and what hosts keep of them.

CREATE TABLE communities (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    template TEXT NOT NULL DEFAULT '',
    entry TEXT NOT NULL DEFAULT 'open',
    posting TEXT NOT NULL DEFAULT 'members',
    rules_source TEXT NOT NULL DEFAULT '',
    rules_html TEXT NOT NULL DEFAULT '',
    welcome_source TEXT NOT NULL DEFAULT '',
    welcome_html TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'active',
    asked_at BIGINT,
    archived_at BIGINT,
    merged_into BIGINT,
    nodes_version BIGINT NOT NULL DEFAULT 0,
    last_place BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX communities_by_state ON communities (state, account_id);

CREATE TABLE memberships (
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL DEFAULT 'member',
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    level TEXT NOT NULL DEFAULT 'posts',
    muted INTEGER NOT NULL DEFAULT 0,
    mandatory TEXT NOT NULL DEFAULT '',
    leaves_at BIGINT,
    until BIGINT,
    read_place BIGINT NOT NULL DEFAULT 0,
    topic_only TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    PRIMARY KEY (community_id, account_id)
) CLUSTERED;
CREATE INDEX memberships_of_account ON memberships (account_id, state, community_id);
CREATE INDEX memberships_ending ON memberships (until) WHERE until IS NOT NULL;
CREATE INDEX memberships_leaving ON memberships (leaves_at) WHERE leaves_at IS NOT NULL;

CREATE TABLE placements (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    is_root INTEGER NOT NULL,
    place BIGINT,
    shown BIGINT NOT NULL,
    locked INTEGER NOT NULL DEFAULT 0,
    sticky INTEGER NOT NULL DEFAULT 0,
    topic TEXT NOT NULL DEFAULT '',
    removed_at BIGINT,
    removed_by BIGINT,
    removed_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX placements_shown ON placements (community_id, is_root, shown);
CREATE INDEX placements_waiting ON placements (community_id, post_id) WHERE place IS NULL;

CREATE TABLE community_nodes (
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    inbox_url TEXT NOT NULL,
    members INTEGER NOT NULL,
    PRIMARY KEY (community_id, host)
) CLUSTERED;

CREATE TABLE community_topics (
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    display TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (community_id, name)
) CLUSTERED;

CREATE TABLE community_pages (
    id ID_KEY,
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    version INTEGER NOT NULL,
    author_id BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (community_id, slug)
);

CREATE TABLE community_page_versions (
    page_id BIGINT NOT NULL REFERENCES community_pages (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    author_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (page_id, version)
) CLUSTERED;

CREATE TABLE community_rules (
    id ID_KEY,
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    mandatory INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX community_rules_once ON community_rules (community_id, field, value);

ALTER TABLE posts ADD COLUMN community_id BIGINT;
ALTER TABLE posts ADD COLUMN removed_at BIGINT;
CREATE INDEX posts_of_community ON posts (community_id, id) WHERE community_id IS NOT NULL;

-- A community that is shown to its members only: no door names it to anybody else.
ALTER TABLE accounts ADD COLUMN is_hidden INTEGER NOT NULL DEFAULT 0;
