"""Pages of a community: short notes that its members keep together, each with every version it had.

A version is known by the id that its author's node gave it; a page by that of its first version, in its community.
"""

from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis

PageId = NewType("PageId", int)


class PageRow(Row, frozen=True, kw_only=True):
    """A page as it is now."""

    id: PageId
    community_id: AccountId
    slug: str
    title: str
    source: str
    html: str
    version: int
    author_id: AccountId
    updated_at: Millis
    uri: str


class PageVersionRow(Row, frozen=True, kw_only=True):
    """A page as it was, with who wrote it."""

    page_id: PageId
    version: int
    title: str
    source: str
    html: str
    author_id: AccountId
    at: Millis
    uri: str


class CarriedRow(Row, frozen=True, kw_only=True):
    """How a version goes to other nodes: `body` is the Create as its author signed it, empty until it was told."""

    uri: str
    author_id: AccountId
    body: str


_COLUMNS = PageRow.columns("g")
_OF = Query(
    PageRow, f"SELECT {_COLUMNS} FROM community_pages AS g WHERE g.community_id = :community ORDER BY g.id", hot=True
)
_ONE = Query(
    PageRow,
    f"SELECT {_COLUMNS} FROM community_pages AS g WHERE g.community_id = :community AND g.slug = :slug",
    hot=True,
)
_BY_URI = Query(
    PageRow,
    f"SELECT {_COLUMNS} FROM community_pages AS g WHERE g.community_id = :community AND g.uri = :uri",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO community_pages (id, community_id, slug, title, source, html, version, author_id, updated_at, uri)
    VALUES (:id, :community_id, :slug, :title, :source, :html, :version, :author_id, :updated_at, :uri)
    ON CONFLICT DO NOTHING""",
)
_REWRITE = Query(
    None,
    """
    UPDATE community_pages
    SET title = :title, source = :source, html = :html, version = :version, author_id = :author_id,
        updated_at = :updated_at
    WHERE id = :id AND version = :before""",
)
_KEEP = Query(
    None,
    """
    INSERT INTO community_page_versions (page_id, version, title, source, html, author_id, at, uri)
    VALUES (:page_id, :version, :title, :source, :html, :author_id, :at, :uri)
    ON CONFLICT DO NOTHING""",
)
_VERSIONS = Query(
    PageVersionRow,
    f"""
    SELECT {PageVersionRow.columns("v")} FROM community_page_versions AS v
    WHERE v.page_id = :page ORDER BY v.version DESC""",
    hot=True,
)
_CARRIED = Query(
    CarriedRow,
    f"""
    SELECT {CarriedRow.columns("v")} FROM community_page_versions AS v
    WHERE v.page_id = :page AND v.version = :version""",
    hot=True,
)
_VERSION_BY_URI = Query(
    PageVersionRow,
    f"""
    SELECT {PageVersionRow.columns("v")}
    FROM community_page_versions AS v JOIN community_pages AS g ON g.id = v.page_id
    WHERE v.uri = :uri AND g.community_id = :community""",
    hot=True,
)
_CARRY = Query(
    None,
    """
    UPDATE community_page_versions SET body = :body
    WHERE uri = :uri AND page_id IN (SELECT g.id FROM community_pages AS g WHERE g.community_id = :community)""",
)
_ABSORB = Query(
    None,
    """
    INSERT INTO community_page_versions (page_id, version, title, source, html, author_id, at, uri, body)
    SELECT CAST(:into AS BIGINT), v.version, v.title, v.source, v.html, v.author_id, v.at, v.uri, v.body
    FROM community_page_versions AS v WHERE v.page_id = :page
    ON CONFLICT DO NOTHING""",
)
_HAND_OVER = Query(None, "UPDATE community_pages SET community_id = :community, slug = :slug WHERE id = :id")
_DROP = Query(None, "DELETE FROM community_pages WHERE id = :id")


def of(tx: Tx, community: AccountId) -> list[PageRow]:
    """The pages of a community, the oldest first."""
    return tx.rows(_OF, community=community)


def one(tx: Tx, community: AccountId, slug: str) -> PageRow | None:
    """The page of that name."""
    return tx.row(_ONE, community=community, slug=slug)


def by_uri(tx: Tx, community: AccountId, uri: str) -> PageRow | None:
    """The page of a community by the id of its first version."""
    return tx.row(_BY_URI, community=community, uri=uri)


def insert(tx: Tx, row: PageRow, version: str = "") -> bool:
    """Add a page; False if the community has one of that name. `version`: the id of what it begins with here, if that
    is not its first version."""
    written = {name: getattr(row, name) for name in PageRow.__struct_fields__}
    return tx.run(_INSERT, **written) == 1 and keep(tx, version_of(row, version or row.uri))


def rewrite(tx: Tx, row: PageRow, before: int, version: str) -> bool:
    """Write the page over its version `before`, as the version of that id; False if it is at another one by now."""
    left = ("community_id", "slug", "uri")
    written = {name: getattr(row, name) for name in PageRow.__struct_fields__ if name not in left}
    return tx.run(_REWRITE, **written, before=before) == 1 and keep(tx, version_of(row, version))


def keep(tx: Tx, row: PageVersionRow) -> bool:
    """Add a version to the history; False if it has one of that number."""
    return tx.run(_KEEP, **{name: getattr(row, name) for name in PageVersionRow.__struct_fields__}) == 1


def versions(tx: Tx, page: PageId) -> list[PageVersionRow]:
    """Every version of a page, the one of now first."""
    return tx.rows(_VERSIONS, page=page)


def version_by_uri(tx: Tx, community: AccountId, uri: str) -> PageVersionRow | None:
    """The version of that id of a page of the community."""
    return tx.row(_VERSION_BY_URI, community=community, uri=uri)


def carried(tx: Tx, page: PageId, version: int) -> CarriedRow | None:
    """How a version goes to other nodes."""
    return tx.row(_CARRIED, page=page, version=version)


def carry(tx: Tx, community: AccountId, uri: str, body: str) -> None:
    """Keep how a version was told."""
    tx.run(_CARRY, community=community, uri=uri, body=body)


def absorb(tx: Tx, former: PageRow, into: PageRow) -> None:
    """Two of one id are one page: what each was, and the words of the higher version."""
    tx.run(_ABSORB, into=into.id, page=former.id)
    if former.version > into.version:
        left = ("id", "community_id", "slug", "uri")
        words = {name: getattr(former, name) for name in PageRow.__struct_fields__ if name not in left}
        tx.run(_REWRITE, **words, id=into.id, before=into.version)
    drop(tx, former.id)


def hand_over(tx: Tx, id: PageId, community: AccountId, slug: str) -> None:
    """The page is one of another community, by a name that is free there."""
    tx.run(_HAND_OVER, id=id, community=community, slug=slug)


def drop(tx: Tx, id: PageId) -> None:
    """The page is gone, and what it was."""
    tx.run(_DROP, id=id)


def version_of(row: PageRow, uri: str) -> PageVersionRow:
    """The page as it is now as a version of that id."""
    return PageVersionRow(
        page_id=row.id,
        version=row.version,
        title=row.title,
        source=row.source,
        html=row.html,
        author_id=row.author_id,
        at=row.updated_at,
        uri=uri,
    )
