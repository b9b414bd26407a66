"""Pages of a community: short notes that its members keep together, each with every version it had."""

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


class PageVersionRow(Row, frozen=True, kw_only=True):
    """A page as it was, with who wrote it."""

    page_id: PageId
    version: int
    title: str
    source: str
    html: str
    author_id: AccountId
    at: Millis


_COLUMNS = PageRow.columns("g")
_OF = Query(
    PageRow, f"SELECT {_COLUMNS} FROM community_pages AS g WHERE g.community_id = :community ORDER BY g.id", hot=True
)
_ONE = Query(
    PageRow,
    f"SELECT {_COLUMNS} FROM community_pages AS g WHERE g.community_id = :community AND g.slug = :slug",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO community_pages (id, community_id, slug, title, source, html, version, author_id, updated_at)
    VALUES (:id, :community_id, :slug, :title, :source, :html, :version, :author_id, :updated_at)
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
    INSERT INTO community_page_versions (page_id, version, title, source, html, author_id, at)
    VALUES (:id, :version, :title, :source, :html, :author_id, :updated_at)
    ON CONFLICT DO NOTHING""",
)
_VERSIONS = Query(
    PageVersionRow,
    f"""
    SELECT {PageVersionRow.columns("v")} FROM community_page_versions AS v
    WHERE v.page_id = :page ORDER BY v.version DESC""",
    hot=True,
)
_DROP = Query(None, "DELETE FROM community_pages WHERE id = :id")


def of(tx: Tx, community: AccountId) -> list[PageRow]:
    """The pages of a community, the oldest first."""
    return tx.rows(_OF, community=community)


def one(tx: Tx, community: AccountId, slug: str) -> PageRow | None:
    """The page of that name."""
    return tx.row(_ONE, community=community, slug=slug)


def insert(tx: Tx, row: PageRow) -> bool:
    """Add a page; False if the community has one of that name."""
    written = {name: getattr(row, name) for name in PageRow.__struct_fields__}
    return tx.run(_INSERT, **written) == 1 and _kept(tx, row)


def rewrite(tx: Tx, row: PageRow, before: int) -> bool:
    """Write the page over its version `before`; False if it is at another one by now."""
    written = {name: getattr(row, name) for name in PageRow.__struct_fields__ if name not in ("community_id", "slug")}
    return tx.run(_REWRITE, **written, before=before) == 1 and _kept(tx, row)


def versions(tx: Tx, page: PageId) -> list[PageVersionRow]:
    """Every version of a page, the one of now first."""
    return tx.rows(_VERSIONS, page=page)


def drop(tx: Tx, id: PageId) -> None:
    """The page is gone, and what it was."""
    tx.run(_DROP, id=id)


def _kept(tx: Tx, row: PageRow) -> bool:
    written = {name: getattr(row, name) for name in PageRow.__struct_fields__ if name not in ("community_id", "slug")}
    return tx.run(_KEEP, **written) == 1
