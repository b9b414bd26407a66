"""What hosts of communities announced: by this node in its order, by others as far as it was read here."""

from storage.community_pages import PageId
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class AnnouncedRow(Row, frozen=True, kw_only=True):
    """One Announce. `inner_uri` is the activity in it, `about` the id of what that is about."""

    community_id: AccountId
    place: Millis
    inner_uri: str
    about: str
    body: str


class PageLogRow(Row, frozen=True, kw_only=True):
    """The last Announce about a page of a community."""

    page_id: PageId
    body: str


class SourceRow(Row, frozen=True, kw_only=True):
    """Where the node of a community tells of it, and how far its log was read here.

    `moderators_at`: when the list of moderators was read as a whole; `moderators_since`: when that was done first, who
    moderated before is not known here.
    """

    community_id: AccountId
    moderators_url: str = ""
    nodes_url: str = ""
    pages_url: str = ""
    moderators_at: Millis = Millis(0)
    moderators_since: Millis = Millis(0)
    heard_place: Millis = Millis(0)


class FormerRow(Row, frozen=True, kw_only=True):
    """Somebody who moderated a community of elsewhere, and when it was known here that they do no more."""

    community_id: AccountId
    account_id: AccountId
    learned_at: Millis


_COLUMNS = AnnouncedRow.columns("l")
_KEEP = Query(
    None,
    """
    INSERT INTO community_log (community_id, place, inner_uri, about, body)
    VALUES (:community_id, :place, :inner_uri, :about, :body)
    ON CONFLICT DO NOTHING""",
)
_BY_INNER = Query(
    AnnouncedRow,
    f"SELECT {_COLUMNS} FROM community_log AS l WHERE l.community_id = :community AND l.inner_uri = :inner",
    hot=True,
)
_AT = Query(
    AnnouncedRow,
    f"SELECT {_COLUMNS} FROM community_log AS l WHERE l.community_id = :community AND l.place = :place",
    hot=True,
)
_PAGE = Query(
    AnnouncedRow,
    f"""
    SELECT {_COLUMNS} FROM community_log AS l
    WHERE l.community_id = :community AND l.place < :before
    ORDER BY l.place DESC LIMIT :limit""",
    hot=True,
)
_PAGE_AFTER = Query(
    AnnouncedRow,
    f"""
    SELECT {_COLUMNS} FROM community_log AS l
    WHERE l.community_id = :community AND l.place > :after
    ORDER BY l.place LIMIT :limit""",
    hot=True,
)
_ABOUT = Query(
    AnnouncedRow,
    f"""
    SELECT {_COLUMNS} FROM community_log AS l
    WHERE l.about = :about AND l.community_id = :community ORDER BY l.place""",
)
_OF_PAGES = Query(
    PageLogRow,
    """
    SELECT g.id AS page_id, l.body
    FROM community_pages AS g JOIN community_log AS l ON l.about = g.uri AND l.community_id = g.community_id
    WHERE g.community_id = :community AND g.id > :after AND NOT EXISTS (
        SELECT 1 FROM community_log AS x WHERE x.about = l.about AND x.community_id = l.community_id
            AND x.place > l.place)
    ORDER BY g.id LIMIT :limit""",
)
_COUNT = Query(int, "SELECT COUNT(*) FROM community_log AS l WHERE l.community_id = :community", hot=True)
_COMMUNITY = Query(
    AccountId,
    "SELECT l.community_id FROM community_log AS l WHERE l.about = :about LIMIT 1",
    hot=True,
)
_FORGET = Query(None, "DELETE FROM community_log WHERE community_id = :community AND about = :about", hot=True)
_SOURCE = Query(
    SourceRow,
    f"SELECT {SourceRow.columns('s')} FROM community_sources AS s WHERE s.community_id = :community",
    hot=True,
)
_TOLD = Query(
    None,
    """
    INSERT INTO community_sources (community_id, moderators_url, nodes_url, pages_url)
    VALUES (:community, :moderators, :nodes, :pages)
    ON CONFLICT (community_id) DO UPDATE
    SET moderators_url = excluded.moderators_url, nodes_url = excluded.nodes_url, pages_url = excluded.pages_url""",
)
_HEARD = Query(
    None,
    """
    INSERT INTO community_sources (community_id, heard_place) VALUES (:community, :place)
    ON CONFLICT (community_id) DO UPDATE SET heard_place = excluded.heard_place
    WHERE community_sources.heard_place < excluded.heard_place""",
)

_MODERATORS_READ = Query(
    None,
    """
    UPDATE community_sources
    SET moderators_at = :at, moderators_since = CASE WHEN moderators_since = 0 THEN :at ELSE moderators_since END
    WHERE community_id = :community AND moderators_at < :at""",
)
_FORMER = Query(
    FormerRow,
    f"""
    SELECT {FormerRow.columns("f")} FROM community_former_moderators AS f
    WHERE f.community_id = :community AND f.account_id = :account""",
    hot=True,
)
_DEMOTED = Query(
    None,
    """
    INSERT INTO community_former_moderators (community_id, account_id, learned_at) VALUES (:community, :account, :now)
    ON CONFLICT (community_id, account_id) DO UPDATE SET learned_at = excluded.learned_at""",
)
_FOLLOWED = Query(
    str,
    """
    SELECT a.uri FROM communities AS c JOIN accounts AS a ON a.id = c.account_id
    WHERE a.domain <> '' AND a.deleted_at IS NULL AND EXISTS (
        SELECT 1 FROM follows AS f JOIN accounts AS b ON b.id = f.follower_id
        WHERE f.followee_id = a.id AND f.state = 'accepted' AND b.domain = '')
    ORDER BY a.uri""",
)


def keep(tx: Tx, row: AnnouncedRow) -> bool:
    """Note what was announced; False if that activity was announced before."""
    return (
        tx.run(
            _KEEP,
            community_id=row.community_id,
            place=row.place,
            inner_uri=row.inner_uri,
            about=row.about,
            body=row.body,
        )
        == 1
    )


def by_inner(tx: Tx, community: AccountId, inner: str) -> AnnouncedRow | None:
    """How an activity was announced."""
    return tx.row(_BY_INNER, community=community, inner=inner)


def at(tx: Tx, community: AccountId, place: Millis) -> AnnouncedRow | None:
    """What was announced at a place."""
    return tx.row(_AT, community=community, place=place)


def page(tx: Tx, community: AccountId, before: int, limit: int) -> list[AnnouncedRow]:
    """What was announced before a place, newest first."""
    return tx.rows(_PAGE, community=community, before=before, limit=limit)


def page_after(tx: Tx, community: AccountId, after: int, limit: int) -> list[AnnouncedRow]:
    """What was announced right after a place, newest first."""
    return tx.rows(_PAGE_AFTER, community=community, after=after, limit=limit)[::-1]


def about(tx: Tx, community: AccountId, uri: str) -> list[AnnouncedRow]:
    """What was announced about something, in its order."""
    return tx.rows(_ABOUT, community=community, about=uri)


def of_pages(tx: Tx, community: AccountId, after: PageId, limit: int) -> list[PageLogRow]:
    """The last that was announced of each page, the oldest page first, of pages after that one."""
    return tx.rows(_OF_PAGES, community=community, after=after, limit=limit)


def count(tx: Tx, community: AccountId) -> int:
    """How much was announced and is still there."""
    return tx.value(_COUNT, community=community)


def community_of(tx: Tx, about: str) -> AccountId | None:
    """The community of this node that announced something about it, which may be gone since."""
    return tx.row(_COMMUNITY, about=about)


def forget(tx: Tx, community: AccountId, about: str) -> int:
    """Take away what was announced about something that is gone."""
    return tx.run(_FORGET, community=community, about=about)


def source(tx: Tx, community: AccountId) -> SourceRow | None:
    """Where a community of elsewhere is told of."""
    return tx.row(_SOURCE, community=community)


def told(tx: Tx, community: AccountId, moderators: str, nodes: str, pages: str) -> None:
    """Where the community's document says that it is told of."""
    tx.run(_TOLD, community=community, moderators=moderators, nodes=nodes, pages=pages)


def heard(tx: Tx, community: AccountId, place: Millis) -> None:
    """Everything up to this place is known here."""
    tx.run(_HEARD, community=community, place=place)


def moderators_read(tx: Tx, community: AccountId, at: Millis) -> None:
    """The whole list of moderators was read."""
    tx.run(_MODERATORS_READ, community=community, at=at)


def former_moderator(tx: Tx, community: AccountId, account: AccountId) -> FormerRow | None:
    """When it was known here that somebody moderates no more; they may do so again since."""
    return tx.row(_FORMER, community=community, account=account)


def demoted(tx: Tx, community: AccountId, account: AccountId, now: Millis) -> None:
    """Somebody moderates a community of elsewhere no more."""
    tx.run(_DEMOTED, community=community, account=account, now=now)


def followed(tx: Tx) -> list[str]:
    """Communities of elsewhere that somebody here is in, by their ids."""
    return tx.rows(_FOLLOWED)
