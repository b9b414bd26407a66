"""Where accounts of elsewhere keep what they put forward (pinned posts, hashtags), and when that was last read."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class PlacesRow(Row, frozen=True, kw_only=True):
    """The two collections of an account of elsewhere; empty: it has none."""

    uri: str
    domain: str
    featured_url: str
    featured_tags_url: str
    featured_read_at: Millis


_OF = Query(
    PlacesRow,
    f"""
    SELECT {PlacesRow.columns("a")} FROM accounts AS a
    WHERE a.id = :id AND a.domain <> '' AND a.suspended_at IS NULL AND a.deleted_at IS NULL""",
    hot=True,
)
_PLACE = Query(
    None,
    """
    UPDATE accounts SET featured_url = :featured, featured_tags_url = :tags
    WHERE id = :id AND (featured_url <> :featured OR featured_tags_url <> :tags)""",
)
_CLAIM_READ = Query(
    None,
    """
    UPDATE accounts SET featured_read_at = :now
    WHERE id = :id AND featured_read_at < :before AND (featured_url <> '' OR featured_tags_url <> '')""",
)


def of(tx: Tx, id: AccountId) -> PlacesRow | None:
    """Where an account of elsewhere keeps it; None for people here and for who is hidden."""
    return tx.row(_OF, id=id)


def place(tx: Tx, id: AccountId, featured: str, tags: str) -> bool:
    """Note where it is; False if it was there before."""
    return tx.run(_PLACE, id=id, featured=featured, tags=tags) == 1


def claim_read(tx: Tx, id: AccountId, now: Millis, before: Millis) -> bool:
    """Note that it is read now; False if it was read after `before`, or there is nothing to read."""
    return tx.run(_CLAIM_READ, id=id, now=now, before=before) == 1
