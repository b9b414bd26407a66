-- Pages for the screen in the canteen: whoever has the link sees the chosen posts, without signing in.
CREATE TABLE screens (
    id ID_KEY,
    token TEXT NOT NULL UNIQUE,             -- the secret part of the address
    title TEXT NOT NULL,
    seconds INTEGER NOT NULL,               -- how long each post stands
    made_by BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT);
CREATE TABLE screen_posts (
    screen_id BIGINT NOT NULL REFERENCES screens (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES announcements (post_id) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (screen_id, post_id)
) CLUSTERED;
