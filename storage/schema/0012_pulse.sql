-- When the node was last alive: what happened elsewhere since then has to be asked for.
CREATE TABLE pulse (
    name TEXT PRIMARY KEY,
    at BIGINT NOT NULL
) CLUSTERED;
