"""What many people speak of, computed now and then into a table: by distinct people over days, not by volume."""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import SHIFT, AccountId, Millis, PostId
from storage.visibility import heard_by, visible_to, wanted_by

DAY = 86_400_000
_OPEN_AUTHOR = """a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.silenced_at IS NULL AND a.host_silenced = 0"""
_FORGET = Query(None, "DELETE FROM trends")
_INTO = "INSERT INTO trends (kind, place, subject, subject_id, people, uses, computed_at)"
_TAGS = Query(
    None,
    f"""
    {_INTO}
    SELECT 'tag', ROW_NUMBER() OVER (ORDER BY s.days DESC, s.uses DESC, s.name), s.name, s.id, s.people, s.uses, :now
    FROM (
        SELECT d.id, d.name, COUNT(*) AS days, COUNT(DISTINCT d.author_id) AS people,
            CAST(SUM(d.uses) AS BIGINT) AS uses
        FROM (
            SELECT t.id, t.name, p.author_id, p.published_at / {DAY} AS day, COUNT(*) AS uses
            FROM posts AS p
            JOIN accounts AS a ON a.id = p.author_id
            JOIN post_tags AS x ON x.post_id = p.id
            JOIN tags AS t ON t.id = x.tag_id
            WHERE p.id > :floor AND p.visibility = 'public' AND p.published_at >= :since AND {_OPEN_AUTHOR}
            GROUP BY t.id, t.name, p.author_id, p.published_at / {DAY}) AS d
        GROUP BY d.id, d.name) AS s
    WHERE s.people >= :least
    ORDER BY 2
    LIMIT :most""",
)
_POSTS = Query(
    None,
    f"""
    {_INTO}
    SELECT 'post', ROW_NUMBER() OVER (ORDER BY s.people DESC, s.id DESC), CAST(s.id AS TEXT), s.id, s.people, s.uses,
        :now
    FROM (
        SELECT p.id, COUNT(DISTINCT r.person) AS people, COUNT(*) AS uses
        FROM (
            SELECT l.post_id AS id, l.account_id AS person FROM likes AS l WHERE l.post_id > :floor
            UNION ALL
            SELECT b.boost_of_id, b.author_id FROM posts AS b WHERE b.boost_of_id > :floor
            UNION ALL
            SELECT c.parent_id, c.author_id FROM posts AS c WHERE c.parent_id > :floor) AS r
        JOIN posts AS p ON p.id = r.id
        JOIN accounts AS a ON a.id = p.author_id
        WHERE p.visibility = 'public' AND p.boost_of_id IS NULL AND p.published_at >= :since
            AND r.person <> p.author_id AND a.discoverable = 1 AND {_OPEN_AUTHOR}
        GROUP BY p.id) AS s
    WHERE s.people >= :least
    ORDER BY 2
    LIMIT :most""",
)
_LINKS = Query(
    None,
    f"""
    {_INTO}
    SELECT 'link', ROW_NUMBER() OVER (ORDER BY s.people DESC, s.id DESC), CAST(s.id AS TEXT), s.id, s.people, s.uses,
        :now
    FROM (
        SELECT c.id, COUNT(DISTINCT p.author_id) AS people, COUNT(*) AS uses
        FROM post_cards AS x
        JOIN cards AS c ON c.id = x.card_id
        JOIN posts AS p ON p.id = x.post_id
        JOIN accounts AS a ON a.id = p.author_id
        WHERE x.post_id > :floor AND c.title <> '' AND p.visibility = 'public' AND p.published_at >= :since
            AND {_OPEN_AUTHOR}
        GROUP BY c.id) AS s
    WHERE s.people >= :least
    ORDER BY 2
    LIMIT :most""",
)
_NAMES = Query(
    str, "SELECT r.subject FROM trends AS r WHERE r.kind = 'tag' ORDER BY r.place LIMIT :limit OFFSET :offset", hot=True
)
_SHOWN = Query(
    PostId,
    f"""
    SELECT p.id FROM trends AS r JOIN posts AS p ON p.id = r.subject_id
    WHERE r.kind = 'post' AND {visible_to("p")} AND {wanted_by("p")} AND {heard_by("p")}
    ORDER BY r.place LIMIT :limit OFFSET :offset""",
    hot=True,
)


def forget(tx: Tx) -> None:
    """Nothing trends."""
    tx.run(_FORGET)


def compute_tags(tx: Tx, since: Millis, least: int, most: int, now: Millis) -> int:
    """Hashtags that at least `least` people used since then, by people and days; their number."""
    return tx.run(_TAGS, since=since, floor=since << SHIFT, least=least, most=most, now=now)


def compute_posts(tx: Tx, since: Millis, least: int, most: int, now: Millis) -> int:
    """Public posts since then that at least `least` other people liked, boosted or answered; their number."""
    return tx.run(_POSTS, since=since, floor=since << SHIFT, least=least, most=most, now=now)


def compute_links(tx: Tx, since: Millis, least: int, most: int, now: Millis) -> int:
    """Pages that at least `least` people linked to in public since then; their number."""
    return tx.run(_LINKS, since=since, floor=since << SHIFT, least=least, most=most, now=now)


def tags(tx: Tx, limit: int, offset: int) -> list[str]:
    """Names of hashtags, the first first."""
    return tx.rows(_NAMES, limit=limit, offset=offset)


def posts(tx: Tx, viewer: AccountId, limit: int, offset: int, now: Millis) -> list[PostId]:
    """Posts that the viewer may see and wants to, the first first."""
    return tx.rows(_SHOWN, viewer=viewer, limit=limit, offset=offset, now=now)
