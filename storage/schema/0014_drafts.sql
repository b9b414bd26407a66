-- What somebody has begun to write, one for each place: '' for a new post, the id of a post for an answer to it.
CREATE TABLE drafts (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    fields TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, place)
) CLUSTERED;
