-- What people arrange for themselves: lists, filters, hashtags, notes and whom they put forward; trends; imports.

ALTER TABLE accounts ADD COLUMN avatar_description TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN header_description TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN hide_collections INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN show_media INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN show_media_replies INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN show_featured INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN attribution_domains TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN featured_tags_url TEXT NOT NULL DEFAULT '';

ALTER TABLE users ADD COLUMN expand_media TEXT NOT NULL DEFAULT 'default';
ALTER TABLE users ADD COLUMN expand_spoilers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN autoplay_gifs INTEGER NOT NULL DEFAULT 0;
-- Counts the changes of the person's filters; 0: there never was one.
ALTER TABLE users ADD COLUMN filters_revision INTEGER NOT NULL DEFAULT 0;

-- Languages wanted of whom one follows, with a space around each; empty: all.
ALTER TABLE follows ADD COLUMN languages TEXT NOT NULL DEFAULT '';

CREATE TABLE lists (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    replies TEXT NOT NULL,
    exclusive INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX lists_of_account ON lists (account_id, id);
CREATE INDEX lists_apart ON lists (account_id) WHERE exclusive = 1;

CREATE TABLE list_members (
    id ID_KEY,
    list_id BIGINT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    UNIQUE (list_id, account_id)
);
CREATE INDEX list_members_in_order ON list_members (list_id, id);
CREATE INDEX list_members_of_account ON list_members (account_id, list_id);

CREATE TABLE list_entries (
    list_id BIGINT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    shows_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    PRIMARY KEY (list_id, post_id)
) CLUSTERED;
CREATE INDEX list_entries_of_post ON list_entries (post_id);
CREATE INDEX list_entries_by_shown ON list_entries (list_id, shows_id);

CREATE TABLE filters (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    contexts TEXT NOT NULL,
    action TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX filters_of_account ON filters (account_id, id);

CREATE TABLE filter_keywords (
    id ID_KEY,
    filter_id BIGINT NOT NULL REFERENCES filters (id) ON DELETE CASCADE,
    keyword TEXT NOT NULL,
    whole_word INTEGER NOT NULL
);
CREATE INDEX filter_keywords_of_filter ON filter_keywords (filter_id, id);

CREATE TABLE filter_posts (
    id ID_KEY,
    filter_id BIGINT NOT NULL REFERENCES filters (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    UNIQUE (filter_id, post_id)
);
CREATE INDEX filter_posts_of_post ON filter_posts (post_id);

CREATE TABLE followed_tags (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, tag_id)
);
CREATE INDEX followed_tags_in_order ON followed_tags (account_id, id);
CREATE INDEX followed_tags_of_tag ON followed_tags (tag_id, account_id);

CREATE TABLE featured_tags (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    display TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, tag_id)
);
CREATE INDEX featured_tags_of_tag ON featured_tags (tag_id);

CREATE TABLE endorsements (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, target_id)
);
CREATE INDEX endorsements_in_order ON endorsements (account_id, id);
CREATE INDEX endorsements_of_target ON endorsements (target_id);

CREATE TABLE account_notes (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    comment TEXT NOT NULL,
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX account_notes_of_target ON account_notes (target_id);

CREATE TABLE domain_blocks (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, domain)
);
CREATE INDEX domain_blocks_in_order ON domain_blocks (account_id, id);

CREATE TABLE dismissed_suggestions (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX dismissed_suggestions_of_target ON dismissed_suggestions (target_id);

-- What many people speak of: `subject` is the id of a hashtag or a post, or the address of a link.
CREATE TABLE trends (
    kind TEXT NOT NULL,
    place INTEGER NOT NULL,
    subject TEXT NOT NULL,
    subject_id BIGINT NOT NULL DEFAULT 0,
    people INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    computed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, place)
);

CREATE TABLE imports (
    id ID_KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX imports_of_account ON imports (account_id, id);

CREATE TABLE import_rows (
    import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    line TEXT NOT NULL,
    trouble TEXT,
    PRIMARY KEY (import_id, place)
);
