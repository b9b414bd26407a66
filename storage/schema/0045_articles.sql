-- About how long one reads an article, in minutes; 0 for every other post.
ALTER TABLE posts ADD COLUMN minutes INTEGER NOT NULL DEFAULT 0;

-- What a post is more when it is an article that was written as one: here, or on a node that says so in our words.
CREATE TABLE articles (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    teaser TEXT NOT NULL,
    source TEXT NOT NULL,                  -- Markdown
    html TEXT NOT NULL,                    -- pictures by their place
    contents TEXT NOT NULL DEFAULT '',     -- headings, JSON
    authors TEXT NOT NULL DEFAULT '',      -- who wrote with the author, JSON
    corrections TEXT NOT NULL DEFAULT '',  -- what was put right, when, in words for readers, JSON
    series TEXT NOT NULL DEFAULT '',
    part INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    piece_uri TEXT NOT NULL DEFAULT ''     -- as what it was planned
);
CREATE INDEX articles_series ON articles (series, part, post_id) WHERE series <> '';

CREATE TABLE article_versions (
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    teaser TEXT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (post_id, version)
) CLUSTERED;

-- Who of this node opened an article: counted, never shown, never told.
CREATE TABLE article_readers (
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    PRIMARY KEY (post_id, account_id)
) CLUSTERED;
CREATE INDEX article_readers_of_account ON article_readers (account_id);

-- How many read an article of this node on another one, by that node's signed word.
CREATE TABLE article_reach (
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    host TEXT NOT NULL,
    readers INTEGER NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (post_id, host)
) CLUSTERED;
