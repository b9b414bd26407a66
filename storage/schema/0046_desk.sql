-- The editorial desk: what is planned, written and reviewed before it is published, here and on the group's other nodes.
-- `seq` is the place of a change among all changes of this desk: other nodes ask for what came after the last one they
-- have read. One row gives it, so that a change never becomes visible before an earlier one.
CREATE TABLE desk (id INTEGER PRIMARY KEY, seq BIGINT NOT NULL);
INSERT INTO desk (id, seq) VALUES (1, 0);

CREATE TABLE pieces (
    id ID_KEY,
    uri TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,                    -- of which node; empty: here
    owner_uri TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    slot_at BIGINT,                        -- when it is to appear; none: not in the calendar
    must_read INTEGER NOT NULL DEFAULT 0,
    campaign_uri TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',        -- JSON; empty where they are not shared
    version INTEGER NOT NULL DEFAULT 1,    -- of the words
    people TEXT NOT NULL DEFAULT '',       -- who writes with the owner and who reviews, with their answers, JSON
    post_uri TEXT NOT NULL DEFAULT '',
    post_url TEXT NOT NULL DEFAULT '',
    scheduled_id BIGINT,
    reach TEXT NOT NULL DEFAULT '',        -- how many read it, by node, JSON
    seq BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL
);
CREATE INDEX pieces_slots ON pieces (slot_at) WHERE slot_at IS NOT NULL;
CREATE INDEX pieces_changes ON pieces (seq) WHERE host = '';
CREATE INDEX pieces_of_campaign ON pieces (campaign_uri) WHERE campaign_uri <> '';

-- What a piece said before; `is_beside`: what somebody wrote on an older version than there was: nothing is lost.
CREATE TABLE piece_versions (
    id ID_KEY,
    piece_id BIGINT NOT NULL REFERENCES pieces (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    words TEXT NOT NULL,
    by_uri TEXT NOT NULL,
    by_name TEXT NOT NULL,
    is_beside INTEGER NOT NULL DEFAULT 0,
    act_uri TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL
);
CREATE INDEX piece_versions_of ON piece_versions (piece_id, id);

-- What people here did to pieces of other nodes: an answer as a reviewer, an edit as an author.
CREATE TABLE piece_acts (
    id ID_KEY,
    uri TEXT NOT NULL UNIQUE,
    piece_uri TEXT NOT NULL,
    host TEXT NOT NULL,
    by_uri TEXT NOT NULL,
    by_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX piece_acts_to ON piece_acts (host, seq);

CREATE TABLE campaigns (
    id ID_KEY,
    uri TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    owner_uri TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    name TEXT NOT NULL,
    objective TEXT NOT NULL,
    hashtag TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    seq BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL
);
CREATE INDEX campaigns_changes ON campaigns (seq) WHERE host = '';

-- Communicators of other nodes, and how far their desk was read.
CREATE TABLE desk_people (uri TEXT PRIMARY KEY, host TEXT NOT NULL, name TEXT NOT NULL);
CREATE INDEX desk_people_of ON desk_people (host);
CREATE TABLE desk_peers (host TEXT PRIMARY KEY, seq BIGINT NOT NULL, read_at BIGINT NOT NULL);

-- Articles of other nodes that were opened here, each with the place of the last change of its number.
CREATE TABLE readership (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    seq BIGINT NOT NULL
);
CREATE INDEX readership_changes ON readership (seq);
