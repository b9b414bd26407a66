-- What the host of a community has announced, in its order: read by whoever was away. What is about a deleted post goes.
CREATE TABLE community_log (
    community_id BIGINT NOT NULL REFERENCES communities (account_id) ON DELETE CASCADE,
    place BIGINT NOT NULL,               -- UTC ms of the Announce, strictly rising within the community
    inner_uri TEXT NOT NULL,             -- the activity that was announced
    about TEXT NOT NULL,                 -- the id of what that is about
    body TEXT NOT NULL,                  -- the Announce, as it was sent
    PRIMARY KEY (community_id, place)
) CLUSTERED;
CREATE UNIQUE INDEX community_log_inner ON community_log (community_id, inner_uri);
CREATE INDEX community_log_about ON community_log (about, community_id);

-- Of a community of elsewhere: where its node tells of it, and the last place that is known of here without a gap.
CREATE TABLE community_sources (
    community_id BIGINT PRIMARY KEY REFERENCES communities (account_id) ON DELETE CASCADE,
    moderators_url TEXT NOT NULL DEFAULT '',
    nodes_url TEXT NOT NULL DEFAULT '',
    moderators_at BIGINT NOT NULL DEFAULT 0, -- when the whole list of moderators was read last
    heard_place BIGINT NOT NULL DEFAULT 0
);
