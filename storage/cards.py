"""Cards: what the page behind a link says of itself. One for each address; without a title there is nothing to show."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, MediaId, Millis, PostId
from storage.visibility import visible_to


class CardRow(Row, frozen=True, kw_only=True):
    """One page. `kind`: link or photo."""

    id: int
    url: str
    kind: str = "link"
    title: str = ""
    description: str = ""
    language: str | None = None
    author_name: str = ""
    author_url: str = ""
    provider_name: str = ""
    provider_url: str = ""
    published_at: Millis | None = None
    media_id: MediaId | None = None
    fetched_at: Millis


class ShownCardRow(Row, frozen=True, kw_only=True):
    """The card of a post with its picture, if it has one."""

    post_id: PostId
    card: CardRow
    token: str | None
    width: int
    height: int
    blurhash: str | None
    image_description: str


class LinkDayRow(Row, frozen=True, kw_only=True):
    """How often a page was linked to in public on a day (counted from 1970), and by how many people."""

    card_id: int
    day: int
    uses: int
    people: int


DAY = 86_400_000
_COLUMNS = CardRow.columns("c")
_BY_URL = Query(CardRow, f"SELECT {_COLUMNS} FROM cards AS c WHERE c.url = :url", hot=True)
_OF_POSTS = Query(
    ShownCardRow,
    f"""
    SELECT pc.post_id, {_COLUMNS}, m.token, COALESCE(m.width, 0) AS width, COALESCE(m.height, 0) AS height,
        m.blurhash, COALESCE(m.description, '') AS image_description
    FROM post_cards AS pc JOIN cards AS c ON c.id = pc.card_id LEFT JOIN media AS m ON m.id = c.media_id
    WHERE pc.post_id IN (:ids[]) AND c.title <> ''""",
    hot=True,
)
_TRENDING = Query(
    ShownCardRow,
    f"""
    SELECT COALESCE((SELECT MAX(x.post_id) FROM post_cards AS x WHERE x.card_id = c.id), 0) AS post_id,
        {_COLUMNS}, m.token, COALESCE(m.width, 0) AS width, COALESCE(m.height, 0) AS height,
        m.blurhash, COALESCE(m.description, '') AS image_description
    FROM trends AS r JOIN cards AS c ON c.id = r.subject_id LEFT JOIN media AS m ON m.id = c.media_id
    WHERE r.kind = 'link' AND c.title <> ''
    ORDER BY r.place LIMIT :limit OFFSET :offset""",
    hot=True,
)
_DAYS = Query(
    LinkDayRow,
    f"""
    SELECT pc.card_id, p.published_at / {DAY} AS day, COUNT(*) AS uses, COUNT(DISTINCT p.author_id) AS people
    FROM post_cards AS pc JOIN posts AS p ON p.id = pc.post_id
    WHERE pc.card_id IN (:ids[]) AND p.visibility = 'public' AND p.published_at >= :since
    GROUP BY pc.card_id, p.published_at / {DAY}""",
    hot=True,
)
_KEEP = Query(
    int,
    """
    INSERT INTO cards (
        id, url, kind, title, description, language, author_name, author_url, provider_name, provider_url,
        published_at, media_id, fetched_at)
    VALUES (
        :id, :url, :kind, :title, :description, CAST(:language AS TEXT), :author_name, :author_url, :provider_name,
        :provider_url, CAST(:published_at AS BIGINT), CAST(:media_id AS BIGINT), :fetched_at)
    ON CONFLICT (url) DO UPDATE SET
        kind = excluded.kind, title = excluded.title, description = excluded.description,
        language = excluded.language, author_name = excluded.author_name, author_url = excluded.author_url,
        provider_name = excluded.provider_name, provider_url = excluded.provider_url,
        published_at = excluded.published_at, media_id = excluded.media_id, fetched_at = excluded.fetched_at
    RETURNING id""",
)
_SHOW = Query(
    None,
    """
    INSERT INTO post_cards (post_id, card_id) SELECT p.id, :card FROM posts AS p WHERE p.id = :post
    ON CONFLICT (post_id) DO UPDATE SET card_id = excluded.card_id""",
)
_HIDE = Query(None, "DELETE FROM post_cards WHERE post_id = :post")
_TOUCH = Query(
    None,
    """
    UPDATE posts SET revision = revision + 1
    WHERE id IN (SELECT pc.post_id FROM post_cards AS pc WHERE pc.card_id = :card)""",
)
_TIMELINE = f"""
    SELECT p.id FROM cards AS c JOIN post_cards AS pc ON pc.card_id = c.id JOIN posts AS p ON p.id = pc.post_id
    WHERE c.url = :url AND c.title <> '' AND p.id < :before AND p.id > :floor AND p.visibility = 'public'
        AND {visible_to("p")}
    ORDER BY p.id"""
_DOWN = Query(PostId, f"{_TIMELINE} DESC LIMIT :limit", hot=True)
_UP = Query(PostId, f"{_TIMELINE} ASC LIMIT :limit", hot=True)


def by_url(tx: Tx, url: str) -> CardRow | None:
    """The card of an address, also an empty one."""
    return tx.row(_BY_URL, url=url)


def of_posts(tx: Tx, ids: Sequence[PostId]) -> list[ShownCardRow]:
    """The cards of those of the posts that have one to show."""
    return tx.rows(_OF_POSTS, ids=ids)


def trending(tx: Tx, limit: int, offset: int) -> list[ShownCardRow]:
    """The pages that many link to, the first first, each with the last post that does."""
    return tx.rows(_TRENDING, limit=limit, offset=offset)


def days(tx: Tx, ids: Sequence[int], since: Millis) -> list[LinkDayRow]:
    """On which days since then the pages were linked to."""
    return tx.rows(_DAYS, ids=ids, since=since) if ids else []


def keep(tx: Tx, row: CardRow) -> int:
    """Keep what a page says, instead of what it said before; the id under which it is kept."""
    return tx.value(
        _KEEP,
        id=row.id,
        url=row.url,
        kind=row.kind,
        title=row.title,
        description=row.description,
        language=row.language,
        author_name=row.author_name,
        author_url=row.author_url,
        provider_name=row.provider_name,
        provider_url=row.provider_url,
        published_at=row.published_at,
        media_id=row.media_id,
        fetched_at=row.fetched_at,
    )


def show(tx: Tx, post: PostId, card: int) -> None:
    """The post shows the card."""
    tx.run(_SHOW, post=post, card=card)


def hide(tx: Tx, post: PostId) -> bool:
    """The post shows no card; False if it showed none."""
    return tx.run(_HIDE, post=post) > 0


def touch(tx: Tx, card: int) -> None:
    """Mark what was rendered of the posts that show the card as old."""
    tx.run(_TOUCH, card=card)


def timeline(
    tx: Tx, url: str, viewer: AccountId, before: int, floor: int, limit: int, *, up: bool = False
) -> Sequence[PostId]:
    """Public posts whose card is of the address, newest first."""
    found = tx.rows(_UP if up else _DOWN, url=url, viewer=viewer, before=before, floor=floor, limit=limit)
    return found[::-1] if up else found
