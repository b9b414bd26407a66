"""Who looks after the communities that a node keeps when their hosts do not: whoever administers it, on the record."""

from collections.abc import Sequence

import msgspec

from social.communities import communities
from social.errors import Invalid
from social.paging import Page
from social.people import names
from social.policy import Role, Viewer, require_role
from storage import accounts as account_rows
from storage import community_keeping as rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import CommunityRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis

STATES = ("unhosted", "silent", "active", "archived")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A community of this node. `last_at`: when somebody wrote in it last, or when it was made."""

    community: CommunityRow
    account: AccountRow
    hosts: tuple[AccountRow, ...]
    last_at: Millis


def kept(tx: Tx, viewer: Viewer, query: str, state: str, page: Page) -> Sequence[Kept]:
    """The communities of this node, hidden ones too, newest first; `state`: one of `STATES`, or empty for all.

    Two statements. Raises Forbidden for anybody but administrators.
    """
    require_role(viewer, Role.ADMIN)
    words = names.words(query)
    found = rows.kept(tx, words[0] if words else "", state, page.before, page.floor, page.limit)
    hosts: dict[AccountId, list[AccountRow]] = {}
    for one in rows.hosts(tx, [row.account.id for row in found]):
        hosts.setdefault(one.community_id, []).append(one.account)
    return [
        Kept(
            community=row.community,
            account=row.account,
            hosts=tuple(hosts.get(row.account.id, ())),
            last_at=row.last_at,
        )
        for row in found
    ]


def appoint(tx: Tx, viewer: Viewer, id: AccountId, name: str, *, ids: IdMaker, now: Millis) -> None:
    """Give a community whose hosts are gone a new one, by the user name.

    Raises as `communities.appoint`, and Invalid(heir).
    """
    require_role(viewer, Role.ADMIN)
    heir = account_rows.by_name(tx, names.username_key(name.strip().removeprefix("@")), "")
    lives = heir is not None and heir.deleted_at is None and heir.suspended_at is None
    if heir is None or not lives or heir.kind is not AccountKind.PERSON:
        raise Invalid("heir", "nobody")
    communities.appoint(tx, viewer, id, heir.id, ids=ids, now=now)
