-- Who asks to come into a community, passed on to those who moderate it from another node: one row for each of them. At
-- the node that keeps it what it passed on, at theirs what they were sent, and what they answer until it is decided.
CREATE TABLE passed_requests (
    uri TEXT NOT NULL PRIMARY KEY,
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    moderator_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    follow_uri TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX passed_requests_of_community ON passed_requests (community_id, moderator_id);
CREATE INDEX passed_requests_of_account ON passed_requests (account_id);
CREATE INDEX passed_requests_of_moderator ON passed_requests (moderator_id);
