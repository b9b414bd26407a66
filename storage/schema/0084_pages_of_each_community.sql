-- A page is one of its community: what another host says under the same id is another page.
DROP INDEX community_pages_by_uri;
CREATE UNIQUE INDEX community_pages_by_uri ON community_pages (community_id, uri);
DROP INDEX community_page_versions_by_uri;
CREATE UNIQUE INDEX community_page_versions_by_uri ON community_page_versions (uri, page_id);
