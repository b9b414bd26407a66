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
NEWEST = 30
"""So many of those who came last to this site are suggested to the others here."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """An account and why it is suggested.

    How many of those whom the viewer follows follow it, and one of them by name; how many hashtags that the viewer
    follows it uses, and one of them; whether it is new at the viewer's site.
    """

    account: AccountRow
    friends: int
    friend: str
    tags: int
    tag: str
    is_near: bool


def suggestions(tx: Tx, viewer: Viewer, *, limit: int, offset: int, now: Millis) -> list[Suggestion]:
    """Accounts with most in common first. Raises Unauthorized."""
    require_person(viewer)
    since = Millis(max(0, now - LOOKED_BACK))
    return [
        Suggestion(
            account=row.account,
            friends=row.friends,
            friend=row.friend,
            tags=row.tags,
            tag=row.tag,
            is_near=row.near,
        )
        for row in rows.suggested(tx, viewer.account, since, limit, offset, newest=NEWEST)
    ]


def dismiss(tx: Tx, viewer: Viewer, target: AccountId) -> None:
    """Suggest somebody no more; again is fine. Raises NotFound."""
    require_person(viewer)
    rows.dismiss(tx, viewer.account, accounts.account(tx, viewer, target).id)
