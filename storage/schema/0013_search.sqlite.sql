-- The words of posts (social/feeds/lexicon.py). Virtual tables know no foreign keys: triggers follow the post.
CREATE VIRTUAL TABLE post_index USING fts5 (plain, stems, tokenize = 'unicode61 remove_diacritics 0');

CREATE TRIGGER post_index_forgets AFTER DELETE ON posts BEGIN
    DELETE FROM post_index WHERE rowid = old.id;
END;

CREATE TRIGGER post_index_follows AFTER UPDATE OF id ON posts WHEN new.id <> old.id BEGIN
    UPDATE post_index SET rowid = new.id WHERE rowid = old.id;
END;

INSERT INTO jobs (kind, key, arguments, due, attempts, dead)
SELECT 'index_posts', 'index_posts', '{"kind":"index_posts","after":0}', 0, 0, 0
WHERE EXISTS (SELECT 1 FROM posts);
