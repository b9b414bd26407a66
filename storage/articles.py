"""Articles: what a post is more when it was written as one, its former versions, and how many read it where."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.visibility import visible_to


class ArticleRow(Row, frozen=True, kw_only=True):
    """The words of an article. `contents`, `authors`, `corrections` are JSON (`social/articles/`), empty for none."""

    post_id: PostId
    teaser: str
    source: str
    html: str
    contents: str
    authors: str
    corrections: str
    series: str
    part: int
    version: int
    piece_uri: str = ""


class VersionRow(Row, frozen=True, kw_only=True):
    """What an article said before."""

    post_id: PostId
    version: int
    title: str
    teaser: str
    source: str
    at: Millis


class PartRow(Row, frozen=True, kw_only=True):
    """Another article of a series."""

    post_id: PostId
    title: str
    part: int
    username: str
    domain: str


class ReachRow(Row, frozen=True, kw_only=True):
    """How many read it on a node; empty: on this one."""

    host: str
    readers: int


_COLUMNS = ArticleRow.columns("r")
_BY_POST = Query(ArticleRow, f"SELECT {_COLUMNS} FROM articles AS r WHERE r.post_id = :post", hot=True)
_OF_POSTS = Query(ArticleRow, f"SELECT {_COLUMNS} FROM articles AS r WHERE r.post_id IN (:posts[])", hot=True)
_KEEP = Query(
    None,
    f"""
    INSERT INTO articles ({", ".join(ArticleRow.__struct_fields__)})
    VALUES ({", ".join(f":{name}" for name in ArticleRow.__struct_fields__)})
    ON CONFLICT (post_id) DO UPDATE SET teaser = excluded.teaser, source = excluded.source, html = excluded.html,
        contents = excluded.contents, authors = excluded.authors, corrections = excluded.corrections,
        series = excluded.series, part = excluded.part, version = excluded.version""",
)
_REVISE = Query(
    None,
    """
    INSERT INTO article_versions (post_id, version, title, teaser, source, at)
    VALUES (:post_id, :version, :title, :teaser, :source, :at)
    ON CONFLICT (post_id, version) DO NOTHING""",
)
_VERSIONS = Query(
    VersionRow,
    f"SELECT {VersionRow.columns('v')} FROM article_versions AS v WHERE v.post_id = :post ORDER BY v.version",
    hot=True,
)
_SERIES = Query(
    PartRow,
    f"""
    SELECT p.id AS post_id, p.title, r.part, a.username, a.domain
    FROM articles AS r
    JOIN posts AS p ON p.id = r.post_id
    JOIN accounts AS a ON a.id = p.author_id
    WHERE r.series = :series AND p.author_id = :author AND {visible_to("p")}
    ORDER BY r.part, p.id LIMIT 100""",
)
_HAS_READ = Query(
    AccountId, "SELECT account_id FROM article_readers WHERE post_id = :post AND account_id = :account", hot=True
)
_READ = Query(
    None,
    """
    INSERT INTO article_readers (post_id, account_id, at) VALUES (:post, :account, :now)
    ON CONFLICT (post_id, account_id) DO NOTHING""",
)
_READERS = Query(int, "SELECT CAST(COUNT(*) AS BIGINT) FROM article_readers WHERE post_id = :post", hot=True)
_REACH = Query(
    ReachRow,
    """
    SELECT '' AS host, CAST(COUNT(*) AS BIGINT) AS readers FROM article_readers WHERE post_id = :post
    UNION ALL
    SELECT host, readers FROM article_reach WHERE post_id = :post
    ORDER BY 1""",
)
_TOLD = Query(
    None,
    """
    INSERT INTO article_reach (post_id, host, readers, told_at) VALUES (:post, :host, :readers, :at)
    ON CONFLICT (post_id, host) DO UPDATE SET readers = excluded.readers, told_at = excluded.told_at
    WHERE article_reach.told_at < excluded.told_at""",
)


def by_post(tx: Tx, post: PostId) -> ArticleRow | None:
    """The article that a post is."""
    return tx.row(_BY_POST, post=post)


def of_posts(tx: Tx, posts: Sequence[PostId]) -> dict[PostId, ArticleRow]:
    """The articles that these posts are."""
    return {row.post_id: row for row in tx.rows(_OF_POSTS, posts=posts)}


def keep(tx: Tx, row: ArticleRow) -> None:
    """Store it, in place of what it said."""
    tx.run(_KEEP, **{name: getattr(row, name) for name in ArticleRow.__struct_fields__})


def revise(tx: Tx, row: VersionRow) -> None:
    """Keep what an article says now as a former version."""
    tx.run(_REVISE, **{name: getattr(row, name) for name in VersionRow.__struct_fields__})


def versions(tx: Tx, post: PostId) -> list[VersionRow]:
    """What it said before, oldest first."""
    return tx.rows(_VERSIONS, post=post)


def series(tx: Tx, name: str, author: AccountId, viewer: AccountId) -> list[PartRow]:
    """The author's articles of a series, as far as the viewer may see them."""
    return tx.rows(_SERIES, series=name, author=author, viewer=viewer)


def has_read(tx: Tx, post: PostId, account: AccountId) -> bool:
    """Whether somebody opened it before."""
    return tx.row(_HAS_READ, post=post, account=account) is not None


def read_by(tx: Tx, post: PostId, account: AccountId, now: Millis) -> bool:
    """Somebody of this node opened it; False if they had before."""
    return tx.run(_READ, post=post, account=account, now=now) == 1


def readers(tx: Tx, post: PostId) -> int:
    """How many of this node opened it."""
    return tx.value(_READERS, post=post)


def reach(tx: Tx, post: PostId) -> Sequence[ReachRow]:
    """How many read it, by node."""
    return tx.rows(_REACH, post=post)


def told(tx: Tx, post: PostId, host: str, readers: int, at: Millis) -> bool:
    """Another node says how many of its people read it; False for older news than what is known."""
    return tx.run(_TOLD, post=post, host=host, readers=readers, at=at) == 1
