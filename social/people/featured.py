"""What accounts of elsewhere put forward on their page: when it is worth reading anew from their node."""

from social import jobs
from social.clock import DAY, HOUR
from social.policy import Viewer
from storage import featured as rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

READ_APART = HOUR
"""Between two readings when somebody looks at the page; in between the account's node tells what changes."""
REFRESH_APART = DAY
"""Between two readings when the account's profile is read anew for another reason."""


def is_worth_reading(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> bool:
    """Whether a look at the page of this account should have it read. One statement."""
    if not viewer.is_person:
        return False
    known = rows.of(tx, id)
    if known is None or not (known.featured_url or known.featured_tags_url):
        return False
    return known.featured_read_at < now - READ_APART


def opened(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> None:
    """Somebody of this node looks at the page of the account: what it puts forward is read in the background."""
    _read(tx, id, now, READ_APART)


def placed(tx: Tx, id: AccountId, featured: str, tags: str, *, now: Millis) -> None:
    """An account of elsewhere said where its collections are: they are read when they are new, or not of today.

    Who moves them again and again has them read no more often than who is looked at again and again.
    """
    is_new = rows.place(tx, id, featured, tags)
    _read(tx, id, now, READ_APART if is_new else REFRESH_APART)


def _read(tx: Tx, id: AccountId, now: Millis, apart: int) -> None:
    if rows.claim_read(tx, id, now, Millis(now - apart)):
        jobs.enqueue(tx, jobs.ReadFeatured(account=id), key=str(id), due=now)
