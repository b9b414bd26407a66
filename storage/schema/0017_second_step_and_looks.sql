-- The second step of a sign-in: the secret of a clock of codes (RFC 6238). `step`: of the last code, which is good once.
CREATE TABLE factors (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,
    step BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

-- Codes on paper, each good once: only their digests.
CREATE TABLE recovery_codes (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
) CLUSTERED;

-- Sign-ins whose password was right and whose code is still asked for.
CREATE TABLE half_sign_ins (
    token_hash TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX half_sign_ins_by_user ON half_sign_ins (user_id);
CREATE INDEX half_sign_ins_by_time ON half_sign_ins (created_at);

-- From where a session was last used.
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- How a person wants every page to look, in words: `contrast`, `still`, `large` or `larger`, `underline`.
ALTER TABLE users ADD COLUMN looks TEXT NOT NULL DEFAULT '';
