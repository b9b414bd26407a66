-- Trust between nodes: keys of two kinds that can be replaced, how a peer reads signatures, the group's manifest, the
-- directory of its people.

ALTER TABLE account_keys ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'rsa';
-- A key that this node signs with no longer; until it is forgotten, what it signed is believed.
ALTER TABLE account_keys ADD COLUMN retired_at BIGINT;

-- Which signatures the peer reads, as far as that is known, and until when that is believed.
ALTER TABLE peers ADD COLUMN manner TEXT NOT NULL DEFAULT '';
ALTER TABLE peers ADD COLUMN manner_until BIGINT NOT NULL DEFAULT 0;
-- How far the peer's directory was read.
ALTER TABLE peers ADD COLUMN directory_version BIGINT NOT NULL DEFAULT 0;

ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT '';

-- Keys with which this node signs for its entity; the newest one signs.
CREATE TABLE node_keys (
    public_key TEXT PRIMARY KEY,
    private_pem TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Versions of the manifest that this node has taken, as they were signed.
CREATE TABLE manifests (
    version BIGINT PRIMARY KEY,
    valid_from BIGINT NOT NULL,
    body TEXT NOT NULL,
    taken_at BIGINT NOT NULL
);

-- What this node publishes of its people, each change with a number of its own. No reference: who left is told too.
CREATE TABLE directory (
    account_id BIGINT PRIMARY KEY,
    uri TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL UNIQUE
);
