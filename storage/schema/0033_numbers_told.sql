-- Whether the author's node tells the numbers of this post whenever they change: then what its documents say is older.
ALTER TABLE posts ADD COLUMN numbers_told INTEGER NOT NULL DEFAULT 0;
