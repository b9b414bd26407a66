-- Kudos: a post that thanks people, with a value of the company. Whom it thanks is the word of its author; that it is
-- shown on their page is the word of each of them. Both halves are kept as they are told, whichever comes first.

ALTER TABLE posts ADD COLUMN kudos TEXT NOT NULL DEFAULT '';

CREATE TABLE kudos (
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (post_id, account_id)) CLUSTERED;
CREATE INDEX kudos_of_account ON kudos (account_id, post_id);

CREATE TABLE kudos_consents (
    post_uri TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state TEXT NOT NULL,                            -- asked | shown | refused
    at BIGINT NOT NULL, PRIMARY KEY (post_uri, account_id)) CLUSTERED;

-- A day and a month that somebody lets colleagues know: never a year.
CREATE TABLE days (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                             -- birthday | anniversary
    month INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (account_id, kind)) CLUSTERED;
CREATE INDEX days_of_date ON days (month, day);

-- The first days of somebody who joined this node.
CREATE TABLE welcomes (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    joined_at BIGINT NOT NULL,
    silent INTEGER NOT NULL DEFAULT 0,              -- does not want to be greeted before everybody
    done_at BIGINT,                                 -- wants to see the page of the first days no more
    post_id BIGINT REFERENCES posts (id) ON DELETE SET NULL ON UPDATE CASCADE);
