"""The directory of those who want to be found, here or in the whole group."""

from social.policy import Viewer
from storage import directory as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx


def directory(tx: Tx, viewer: Viewer, *, new: bool, local: bool, limit: int, offset: int) -> list[AccountRow]:
    """Accounts, the latest active first, or (`new`) the latest arrived. What is listed is the same for everybody."""
    listed = rows.by_arrival if new else rows.by_activity
    return listed(tx, local=local, limit=limit, offset=offset)
