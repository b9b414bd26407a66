"""Who of those I follow follows somebody: a familiar face in front of a strange one."""

from collections.abc import Sequence

from social.policy import Viewer, require_person
from storage import familiar as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId

MOST = 200
"""Accounts found for all of the ids together."""


def followers(tx: Tx, viewer: Viewer, ids: Sequence[AccountId]) -> dict[AccountId, list[AccountRow]]:
    """For each of the accounts, those followers whom the viewer follows. Raises Unauthorized."""
    require_person(viewer)
    found: dict[AccountId, list[AccountRow]] = {}
    for row in rows.followers(tx, viewer.account, ids, MOST):
        found.setdefault(row.followee_id, []).append(row.account)
    return found
