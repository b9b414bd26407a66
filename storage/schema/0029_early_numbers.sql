-- What the authors' nodes said of the numbers of posts that had not arrived here yet.
CREATE TABLE early_numbers (
    uri TEXT PRIMARY KEY,
    likes INTEGER NOT NULL,
    boosts INTEGER NOT NULL,
    replies INTEGER NOT NULL,
    told_at BIGINT NOT NULL
);
CREATE INDEX early_numbers_by_time ON early_numbers (told_at);
