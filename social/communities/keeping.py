"""Who keeps a community: a host where none is left, and another site of the group, for which both sites say yes.

Whoever looks after it at the new site makes ready the community in which it goes on (`make_ready`); that names the
former one, and is nothing else until a host there has it go on so (`move`).
"""

from collections.abc import Collection, Sequence

import msgspec

from social.communities import communities, standing, succession
from social.communities.beginnings.start import free_name
from social.errors import Conflict, Forbidden, Invalid
from social.paging import Page
from social.people import names
from social.people.keys import KeyPair
from social.policy import Role, Viewer, require_person, require_role
from social.urls import Urls
from storage import accounts as account_rows
from storage import communities as community_rows
from storage import community_keeping as rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import CommunityRow, KnownRow
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
    # Of one that is hidden from the viewer nobody says more than of one that never was.
    standing.shown(tx, viewer, id)
    require_role(viewer, Role.ADMIN)
    heir = account_rows.by_name(tx, names.username_key(name.strip().removeprefix("@")), "")
    lives = heir is not None and heir.deleted_at is None and heir.suspended_at is None
    if heir is None or not lives or heir.kind is not AccountKind.PERSON:
        raise Invalid("heir", "nobody")
    communities.appoint(tx, viewer, id, heir.id, ids=ids, now=now)


def heirs(tx: Tx, known: AccountRow) -> list[KnownRow]:
    """Communities, of whatever node, that say they follow this one. Anybody may say so of theirs."""
    return rows.heirs(tx, known.uri)


def free_here(tx: Tx, known: AccountRow) -> str:
    """A user name for it on this node: its own one if nobody has that here."""
    taken = account_rows.by_name(tx, names.username_key(known.username), "") is not None
    return free_name(tx, known.display_name or known.username) if taken else known.username


def make_ready(
    tx: Tx, viewer: Viewer, id: AccountId, username: str, keys: KeyPair, *, ids: IdMaker, urls: Urls, now: Millis
) -> AccountRow:
    """Make the community here in which one of another node may go on, with the viewer as its host.

    For who moderates that one, or administers this site. Raises NotFound, Invalid(username), Forbidden
    (moderators_only), Conflict: `kept_here` for one of this node, `merged`, `made_ready` if there is one already.
    """
    require_person(viewer)
    known = standing.shown(tx, viewer, id)
    if not viewer.may(Role.ADMIN) and not standing.may_moderate(tx, id, viewer.account):
        raise Forbidden("moderators_only")
    if known.account.is_local:
        raise Conflict("kept_here")
    if known.community.merged_into is not None:
        raise Conflict("merged")
    if any(heir.account.is_local for heir in heirs(tx, known.account)):
        raise Conflict("made_ready")
    return succession.adopt(tx, known.account.uri, username, viewer.account, keys, ids=ids, urls=urls, now=now)


def successor(tx: Tx, viewer: Viewer, id: AccountId, target: AccountId, hosts: Collection[str]) -> KnownRow:
    """The community in which one of this node could go on; `hosts`: the domains of the group.

    Raises NotFound, Invalid(target): `no_community`, `not_of_the_group`, `not_made_ready`, `more_open` for one that
    more people would read.
    """
    known = standing.shown(tx, viewer, id)
    to = community_rows.known(tx, target)
    if to is None or to.account.deleted_at is not None or to.account.suspended_at is not None:
        raise Invalid("target", "no_community")
    if to.account.is_local or to.account.domain not in hosts:
        raise Invalid("target", "not_of_the_group")
    if known.account.uri not in to.account.aliases.split():
        raise Invalid("target", "not_made_ready")
    if known.community.is_closed and not to.community.is_closed:
        raise Invalid("target", "more_open")
    return to


def move(
    tx: Tx,
    viewer: Viewer,
    id: AccountId,
    target: AccountId,
    hosts: Collection[str],
    *,
    ids: IdMaker,
    urls: Urls,
    now: Millis,
) -> None:
    """Have a community of this node go on at another one of the group. Raises as `successor` and `succession.move`."""
    successor(tx, viewer, id, target, hosts)
    succession.move(tx, viewer, id, target, ids=ids, urls=urls, now=now)
