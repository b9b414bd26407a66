"""Whom the viewer may want to follow, by what they have in common; never by how many follow somebody."""

import msgspec

from social.clock import DAY
from social.people import accounts
from social.policy import Viewer, require_person
from storage import suggestions as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

LOOKED_BACK = 30 * DAY
"""How far back the use of a hashtag counts."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """An account and why it is suggested."""

    account: AccountRow
    by_friends: bool
    by_tags: bool


def suggestions(tx: Tx, viewer: Viewer, *, limit: int, offset: int, now: Millis) -> list[Suggestion]:
    """Accounts with most in common first. Raises Unauthorized."""
    require_person(viewer)
    found = rows.suggested(tx, viewer.account, Millis(max(0, now - LOOKED_BACK)), limit, offset)
    return [Suggestion(account=row.account, by_friends=bool(row.friends), by_tags=bool(row.tags)) for row in found]


def dismiss(tx: Tx, viewer: Viewer, target: AccountId) -> None:
    """Suggest somebody no more; again is fine. Raises NotFound."""
    require_person(viewer)
    rows.dismiss(tx, viewer.account, accounts.account(tx, viewer, target).id)
