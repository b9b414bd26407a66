-- The words of posts (social/feeds/lexicon.py): weight A as written, weight B their stems.
CREATE TABLE post_index (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    words TSVECTOR NOT NULL
);
CREATE INDEX post_index_by_word ON post_index USING GIN (words);

INSERT INTO jobs (kind, key, arguments, due, attempts, dead)
SELECT 'index_posts', 'index_posts', '{"kind":"index_posts","after":0}', 0, 0, 0
WHERE EXISTS (SELECT 1 FROM posts);
