-- Whoever says that something is gone says it in the own name: the word of a neighbour takes nobody else's place.
CREATE TABLE graves (
    uri TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    deleted_at BIGINT NOT NULL,
    PRIMARY KEY (uri, actor, kind)
) CLUSTERED;
INSERT INTO graves (uri, actor, kind, deleted_at) SELECT uri, actor, kind, deleted_at FROM tombstones;
DROP TABLE tombstones;
ALTER TABLE graves RENAME TO tombstones;
