-- Cards of links: one for each address, shown with every post whose first link it is.

CREATE TABLE cards (
    id ID_KEY,
    url TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL DEFAULT 'link',
    title TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    language TEXT,
    author_name TEXT NOT NULL DEFAULT '',
    author_url TEXT NOT NULL DEFAULT '',
    provider_name TEXT NOT NULL DEFAULT '',
    provider_url TEXT NOT NULL DEFAULT '',
    published_at BIGINT,
    media_id BIGINT REFERENCES media (id) ON DELETE SET NULL,
    fetched_at BIGINT NOT NULL
);

CREATE TABLE post_cards (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE ON UPDATE CASCADE,
    card_id BIGINT NOT NULL REFERENCES cards (id) ON DELETE CASCADE
);
CREATE INDEX post_cards_of_card ON post_cards (card_id, post_id);
CREATE INDEX cards_by_age ON cards (fetched_at);
CREATE INDEX cards_of_media ON cards (media_id) WHERE media_id IS NOT NULL;
