-- Keys of devices that sign a person in (WebAuthn). `credential` and `public_key`: base64url; `sign_count`: as told last.
CREATE TABLE passkeys (
    id ID_KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    name TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    backed_up INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- Who is asked for a passkey, or a code, after the password too.
CREATE TABLE passkey_steps (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    since BIGINT NOT NULL
);

-- What a device is asked to sign, once; bound to a session, a half sign-in or a browser at the door.
CREATE TABLE passkey_challenges (
    bound_hash TEXT PRIMARY KEY,
    challenge TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_by_time ON passkey_challenges (created_at);

-- What administrators changed of the site's look: `title`, `description`, `welcome`, `colour`, `logo`.
CREATE TABLE site_look (
    part TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
