-- What people say they know how to do, and who says so too. `name`: as it is compared (no accents, no case).
CREATE TABLE skills (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL, display TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (account_id, name)) CLUSTERED;
CREATE INDEX skills_of_name ON skills (name);

-- By ids of actors, for one may be told of before it is known here. It counts when both halves are there: `given` by
-- whoever endorses, `state` by whoever has the skill.
CREATE TABLE skill_endorsements (
    of_uri TEXT NOT NULL, name TEXT NOT NULL, by_uri TEXT NOT NULL,
    given INTEGER NOT NULL,
    state TEXT NOT NULL,                            -- asked | shown | refused
    at BIGINT NOT NULL, PRIMARY KEY (of_uri, name, by_uri)) CLUSTERED;
CREATE INDEX skill_endorsements_by ON skill_endorsements (by_uri);
