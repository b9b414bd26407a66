-- What those who write and review a piece say to one another about it; of a piece of elsewhere by its node's word.
CREATE TABLE piece_comments (
    id ID_KEY,
    uri TEXT NOT NULL UNIQUE,
    piece_id BIGINT NOT NULL REFERENCES pieces (id) ON DELETE CASCADE,
    by_uri TEXT NOT NULL,
    by_name TEXT NOT NULL,
    version INTEGER NOT NULL,              -- of the words that it is about
    words TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX piece_comments_of ON piece_comments (piece_id, at);
CREATE INDEX pieces_of_post ON pieces (post_uri) WHERE post_uri <> '';
CREATE INDEX pieces_scheduled ON pieces (scheduled_id) WHERE scheduled_id IS NOT NULL;
