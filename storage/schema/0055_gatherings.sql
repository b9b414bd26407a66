-- Gatherings: a post of kind Event with a time and a place, and who comes.

CREATE TABLE gatherings (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,                       -- of an open end: when it is over for lists
    is_open_end INTEGER NOT NULL DEFAULT 0,
    timezone TEXT NOT NULL,                        -- IANA: the clock on the wall where it takes place
    place TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    link TEXT NOT NULL DEFAULT '',                 -- where it takes place online
    category TEXT NOT NULL DEFAULT '',             -- a word of FEP-8a8e
    status TEXT NOT NULL DEFAULT 'confirmed',      -- confirmed | tentative | cancelled
    seats BIGINT,                                  -- NULL: for everybody
    has_waiting INTEGER NOT NULL DEFAULT 1,
    join_mode TEXT NOT NULL DEFAULT 'free',        -- free | restricted | invite | external | none
    outside_url TEXT NOT NULL DEFAULT '',          -- where one says that one comes, of join_mode external
    series TEXT NOT NULL DEFAULT '',               -- the same of all occurrences of one that is repeated
    occurrence INTEGER NOT NULL DEFAULT 1,         -- which of them
    version INTEGER NOT NULL DEFAULT 0,            -- how often calendars were given something else (SEQUENCE)
    turn BIGINT NOT NULL DEFAULT 0,                -- the last place given in the queue
    claimed_going BIGINT NOT NULL DEFAULT 0,       -- by the word of the organiser's node, of one of elsewhere
    claimed_left BIGINT,
    claimed_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX gatherings_by_start ON gatherings (starts_at, post_id);
CREATE INDEX gatherings_of_series ON gatherings (series, occurrence) WHERE series <> '';

-- Who answered, as their own node and the organiser's know it.
CREATE TABLE participations (
    post_id BIGINT NOT NULL REFERENCES gatherings (post_id) ON DELETE CASCADE ON UPDATE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state TEXT NOT NULL,                           -- asked | going | waiting | maybe | no | refused
    turn BIGINT NOT NULL DEFAULT 0,                -- the place in the queue, given by the organiser's node
    uri TEXT NOT NULL DEFAULT '',                  -- of the Join
    attended INTEGER NOT NULL DEFAULT 0,           -- the organiser saw them there
    asked_at BIGINT NOT NULL,
    answered_at BIGINT NOT NULL DEFAULT 0,         -- when the organiser's node answered; 0: it has not yet
    PRIMARY KEY (post_id, account_id)
) CLUSTERED;
CREATE INDEX participations_of_account ON participations (account_id, state, post_id);
CREATE INDEX participations_by_turn ON participations (post_id, state, turn);
CREATE INDEX participations_by_uri ON participations (uri) WHERE uri <> '';
