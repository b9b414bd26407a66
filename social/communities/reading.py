"""Communities as they are read: one by one, those of the viewer, those found; and their threads."""

from collections.abc import Sequence

import msgspec

from social import reading
from social.communities import standing
from social.errors import Forbidden
from social.paging import Page
from social.people import names
from social.policy import Viewer, require_person
from social.reading import PostView
from storage import communities as rows
from storage import memberships, placements
from storage.accounts import AccountRow
from storage.communities import CommunityRow, KnownRow
from storage.community_topics import TopicRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.memberships import MemberRow, MembershipRow, MemberState
from storage.placements import PlacementRow


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """How many members live on one node (empty: this one)."""

    domain: str
    members: int


class CommunityView(msgspec.Struct, frozen=True, kw_only=True):
    """A community with what its page needs. `mine`: what the viewer is to it; `entities`: members by node."""

    community: CommunityRow
    account: AccountRow
    mine: MembershipRow | None = None
    entities: tuple[Presence, ...] = ()
    hosts: tuple[AccountRow, ...] = ()
    moderators: tuple[AccountRow, ...] = ()
    topics: tuple[TopicRow, ...] = ()

    @property
    def members(self) -> int:
        """How many members are known here."""
        return sum(entity.members for entity in self.entities)

    def hosts_afar(self, account: AccountId) -> bool:
        """Whether somebody who moderates it from here hosts it, as its node tells those of its group."""
        hosts = self.community.hosts.split()
        return any(one.id == account and one.uri in hosts for one in self.moderators)

    @property
    def is_member(self) -> bool:
        """Whether the viewer is in."""
        return self.mine is not None and self.mine.is_in


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """One of the viewer's communities, with how many threads began there since they read it."""

    community: CommunityRow
    account: AccountRow
    mine: MembershipRow
    unread: int = 0


def known_of(tx: Tx, viewer: Viewer, ids: Sequence[AccountId]) -> dict[AccountId, KnownRow]:
    """Those of `ids` that are communities which the viewer may know of: for the lines above posts, one statement."""
    found = rows.known_all(tx, ids)
    return {id: known for id, known in found.items() if not known.account.is_hidden or _is_mine(tx, viewer, id)}


def posts(tx: Tx, viewer: Viewer, id: AccountId, page: Page, topic: str = "", *, now: Millis) -> list[PostView]:
    """Threads of a community that the viewer may see, the last first, without the sticky ones; paged by `shown`."""
    return reading.posts(tx, viewer, post_ids(tx, viewer, id, page, topic, now=now))


def post_ids(tx: Tx, viewer: Viewer, id: AccountId, page: Page, topic: str = "", *, now: Millis) -> list[PostId]:
    """The ids of `posts`."""
    standing.shown(tx, viewer, id)
    return placements.roots(
        tx,
        id,
        viewer.account,
        page.before,
        page.floor,
        page.limit,
        up=page.is_upward,
        topic=topic,
        now=now,
    )


def sticky(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> list[PostView]:
    """The threads on top of a community, the last first."""
    standing.shown(tx, viewer, id)
    page = Page()
    ids = placements.roots(tx, id, viewer.account, page.before, page.floor, page.limit, sticky=True, now=now)
    return reading.posts(tx, viewer, ids)


def places(tx: Tx, ids: Sequence[PostId]) -> dict[PostId, PlacementRow]:
    """Where posts that the viewer has seen stand: their `shown` to page by, locks, topics."""
    return placements.many(tx, ids)


def mine(tx: Tx, viewer: Viewer) -> list[Own]:
    """The communities of the viewer, the most unread first, then by name. Raises Unauthorized."""
    require_person(viewer)
    own = {row.community_id: row for row in memberships.of_account(tx, viewer.account) if row.is_in}
    unread = memberships.unread(tx, viewer.account) if own else {}
    found = [
        Own(community=known.community, account=known.account, mine=own[id], unread=unread.get(id, 0))
        for id, known in rows.known_all(tx, list(own)).items()
    ]
    return sorted(found, key=lambda one: (-one.unread, one.account.name.casefold()))


def pending(tx: Tx, viewer: Viewer) -> list[MembershipRow]:
    """Where the viewer is invited, or has asked. Raises Unauthorized."""
    require_person(viewer)
    waiting = (MemberState.INVITED, MemberState.ASKED)
    return [row for row in memberships.of_account(tx, viewer.account) if row.state in waiting and not row.by_rule]


def found(
    tx: Tx,
    viewer: Viewer,
    query: str,
    page: Page,
    *,
    archived: bool = False,
    template: str = "",
    domain: str | None = None,
) -> list[CommunityView]:
    """Communities with words that begin like those of the query (none: all), in name or purpose, newest first, paged by
    id; without their people.

    `template` and `domain` (a node, empty for this one) narrow it.
    Hidden ones, and those in no list, only for whoever is in them.
    """
    words = names.words(query)
    ids = rows.found(
        tx,
        viewer.account,
        words,
        page.before,
        page.floor,
        page.limit,
        archived=archived,
        template=template,
        domain=domain,
    )
    known = rows.known_all(tx, ids)
    own = {row.community_id: row for row in memberships.of_account(tx, viewer.account)} if viewer.account else {}
    return [
        CommunityView(community=known[id].community, account=known[id].account, mine=own.get(id))
        for id in ids
        if id in known
    ]


def members(
    tx: Tx, viewer: Viewer, id: AccountId, page: Page, *, state: MemberState = MemberState.MEMBER
) -> list[MemberRow]:
    """Who is in, paged by the account's id; those who ask, are invited or banned: for moderators.

    Of a closed community for members only. Raises NotFound, Forbidden.
    """
    known = standing.shown(tx, viewer, id)
    own = memberships.one(tx, id, viewer.account) if viewer.account else None
    if state is not MemberState.MEMBER and (own is None or not own.may_moderate):
        raise Forbidden("moderators_only")
    if known.community.is_closed and (own is None or not own.is_in):
        raise Forbidden("not_a_member")
    return memberships.members(tx, id, state, page.before, page.floor, page.limit)


def _is_mine(tx: Tx, viewer: Viewer, id: AccountId) -> bool:
    own = memberships.one(tx, id, viewer.account)
    return own is not None and own.state in (MemberState.MEMBER, MemberState.INVITED)
