-- Whether the author's node tells the numbers of this post whenever they change: then what its documents say is older.
ALTER TABLE posts ADD COLUMN numbers_told INTEGER NOT NULL DEFAULT 0;

-- What goes first when more waits than can go at once: 0 what is said to somebody, 1 posts, 2 boosts, likes and numbers.
ALTER TABLE deliveries ADD COLUMN rank INTEGER NOT NULL DEFAULT 1;
CREATE INDEX deliveries_by_rank ON deliveries (rank, id) WHERE state = 'waiting';
