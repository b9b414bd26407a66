-- Secret addresses of calendars: of a person (community 0), or of a community as one person sees it.
CREATE TABLE calendars (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    community_id BIGINT NOT NULL DEFAULT 0,
    token TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, community_id)
) CLUSTERED;
