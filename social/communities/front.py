"""A community that is opened: what stands at its head, its posts and their places.

Statements: the community (1), who leads it and what the viewer is to it (1), topics and sites (1), places (1), and
those of `social.reading.posts`.
"""

from collections.abc import Sequence

import msgspec

from social import reading
from social.communities import requests, standing
from social.communities.reading import CommunityView, Presence
from social.errors import Forbidden
from social.paging import MAX_ID, Page
from social.policy import Viewer
from social.reading import PostView
from storage import community_front as rows
from storage.accounts import AccountRow
from storage.community_front import ShelfRow
from storage.community_topics import TopicRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MemberRow, MemberState
from storage.passed_requests import Answer
from storage.placements import PlacementRow

_MOST_WAITING = 500


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits at the door of a community, on which side of it."""

    asking: Sequence["Asking"]
    invited: Sequence[MemberRow]
    banned: Sequence[MemberRow]


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who asks to come in. `answer`: what the viewer said, which waits for the node that keeps it."""

    account: AccountRow
    reason: str
    answer: Answer = Answer.NONE


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A post of a community, and where it stands there."""

    post: PostView
    placement: PlacementRow


def front(
    tx: Tx, viewer: Viewer, id: AccountId, page: Page, topic: str = "", *, now: Millis
) -> tuple[CommunityView, Sequence[Placed]]:
    """The community and a page of its posts, paged by `shown`; on the first one stand those on top.

    Raises NotFound for one that is hidden from the viewer.
    """
    seen = view(tx, viewer, id)
    is_first = page.before == MAX_ID
    placed = rows.placed(tx, id, viewer.account, page.before, page.limit, tops=is_first, topic=topic, now=now)
    views = {one.post.id: one for one in reading.posts(tx, viewer, [row.post_id for row in placed])}
    return seen, [Placed(post=views[row.post_id], placement=row) for row in placed if row.post_id in views]


def view(tx: Tx, viewer: Viewer, id: AccountId) -> CommunityView:
    """The community in three statements. Raises NotFound for one that is hidden from the viewer."""
    known = standing.shown(tx, viewer, id)
    crew = rows.crew(tx, id, viewer.account)
    shelves = rows.shelves(tx, id)
    led = [one for one in crew if one.membership.may_moderate]
    return CommunityView(
        community=known.community,
        account=known.account,
        mine=next((one.membership for one in crew if viewer.account and one.account.id == viewer.account), None),
        entities=_entities(known.account, shelves),
        hosts=tuple(one.account for one in led if one.membership.role is MemberRole.HOST),
        moderators=tuple(one.account for one in led if one.membership.role is MemberRole.MODERATOR),
        topics=tuple(
            TopicRow(community_id=id, name=row.name, display=row.display, position=row.number)
            for row in shelves
            if row.kind == "topic"
        ),
    )


def desk(tx: Tx, viewer: Viewer, id: AccountId) -> tuple[CommunityView, Desk]:
    """The community with who waits at its door, for those who look after it. Raises NotFound, Forbidden."""
    seen = view(tx, viewer, id)
    if seen.mine is None or not seen.mine.may_moderate:
        raise Forbidden("moderators_only")
    found: dict[MemberState, list[MemberRow]] = {}
    for row in rows.waiting(tx, id, _MOST_WAITING):
        found.setdefault(row.membership.state, []).append(row)
    if seen.account.is_local:
        asking = [Asking(account=one.account, reason=one.membership.reason) for one in found.get(MemberState.ASKED, ())]
    else:
        asking = [
            Asking(account=one.account, reason=one.passed.reason, answer=one.passed.answer)
            for one in requests.waiting(tx, viewer, id)
        ]
    return seen, Desk(
        asking=asking,
        invited=found.get(MemberState.INVITED, ()),
        banned=found.get(MemberState.BANNED, ()),
    )


def _entities(account: AccountRow, shelves: Sequence[ShelfRow]) -> tuple[Presence, ...]:
    """Members by node: counted where the community is kept; elsewhere as its list tells of the other nodes.

    The node that keeps it is not on its list: 0 says that its number is not known here. Until the list comes, those
    known here.
    """
    told = {row.name: row.number for row in shelves if row.kind == "told"}
    known = {row.name: row.number for row in shelves if row.kind == "known"}
    if told and not account.is_local:
        known = told | {account.domain: told.get(account.domain, 0)}
    return tuple(Presence(domain=name, members=number) for name, number in known.items())
