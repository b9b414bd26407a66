-- Quotes (FEP-044f), and who may do what with a post.

ALTER TABLE posts ADD COLUMN quotes_count INTEGER NOT NULL DEFAULT 0;
-- As `social/posts/policies.py` writes it; empty: the author said nothing.
ALTER TABLE posts ADD COLUMN interactions TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN quote_policy TEXT NOT NULL DEFAULT 'public';

-- `author_id` wrote `post_id`, which quotes `quoted_id`; that is NULL as long as it is not here, or when it is gone.
CREATE TABLE quotes (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    quoted_id BIGINT REFERENCES posts (id) ON DELETE SET NULL ON UPDATE CASCADE,
    quoted_uri TEXT NOT NULL,
    quoted_author_id BIGINT,
    state TEXT NOT NULL,
    is_legacy INTEGER NOT NULL DEFAULT 0,
    request_uri TEXT NOT NULL DEFAULT '',
    stamp_uri TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX quotes_of_post ON quotes (quoted_id, state, post_id) WHERE quoted_id IS NOT NULL;
CREATE INDEX quotes_awaiting ON quotes (quoted_uri) WHERE quoted_id IS NULL;
CREATE INDEX quotes_by_stamp ON quotes (stamp_uri) WHERE stamp_uri <> '';
CREATE INDEX quotes_by_request ON quotes (request_uri) WHERE request_uri <> '';
CREATE INDEX quotes_of_author ON quotes (author_id);
