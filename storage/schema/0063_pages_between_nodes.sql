-- Pages of communities between nodes: what each version is called on the wire, and how its author signed it.

ALTER TABLE community_pages ADD COLUMN uri TEXT NOT NULL DEFAULT '';         -- that of its first version
ALTER TABLE community_page_versions ADD COLUMN uri TEXT NOT NULL DEFAULT '';
ALTER TABLE community_page_versions ADD COLUMN body TEXT NOT NULL DEFAULT ''; -- the Create, once it was told

-- Until now pages were written at their host alone, by its own people.
UPDATE community_page_versions SET uri = COALESCE((
    SELECT a.uri FROM accounts AS a WHERE a.id = community_page_versions.author_id), '')
    || '#pages/' || page_id || '-' || version;
UPDATE community_pages SET uri = COALESCE((
    SELECT v.uri FROM community_page_versions AS v WHERE v.page_id = community_pages.id ORDER BY v.version LIMIT 1), '');
CREATE UNIQUE INDEX community_pages_by_uri ON community_pages (uri);
CREATE UNIQUE INDEX community_page_versions_by_uri ON community_page_versions (uri);

-- What somebody here wrote on a page that is kept elsewhere, until its host has taken it; what it did not take stays.
CREATE TABLE community_page_edits (
    id ID_KEY,
    uri TEXT NOT NULL,
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    page_uri TEXT NOT NULL,              -- its own, if it begins a page
    version INTEGER NOT NULL,            -- the one that it would be
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    refused TEXT NOT NULL DEFAULT '',    -- why the host did not take it
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX community_page_edits_by_uri ON community_page_edits (uri);
CREATE INDEX community_page_edits_of_account ON community_page_edits (account_id, community_id);

ALTER TABLE community_sources ADD COLUMN pages_url TEXT NOT NULL DEFAULT '';
