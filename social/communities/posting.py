"""Writing in a community: who may, for whom it is, and where it stands."""

import msgspec

from social import events
from social.clock import DAY
from social.errors import Forbidden
from storage import communities as rows
from storage import community_marks, memberships, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import CommunityState, KnownRow, Posting
from storage.community_marks import Subject
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MembershipRow
from storage.placements import PlacementRow
from storage.posts import PostRow
from storage.visibility import OPEN, Visibility


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where a post goes and who reads it there."""

    community: AccountId
    visibility: Visibility


def require(
    tx: Tx, account: AccountId, community: AccountId, *, parent: PostRow | None = None, is_answer: bool = False
) -> KnownRow:
    """The community, if the account may begin a thread there, or answer `parent`; for what other nodes say too.

    `is_answer`: also to something that may be on its way yet. Raises Forbidden: not_a_member, only_hosts, archived,
    locked.
    """
    known = rows.known(tx, community)
    own = memberships.one(tx, community, account)
    if known is None or own is None or not own.is_in:
        raise Forbidden("not_a_member")
    require_open(known)
    if parent is None and not is_answer and known.community.posting is Posting.HOSTS and not own.may_moderate:
        raise Forbidden("only_hosts")
    if parent is not None and not own.may_moderate:
        root = placements.root_of(tx, parent.id)
        if root is not None and root.locked:
            raise Forbidden("locked")
    return known


def require_open(known: KnownRow) -> None:
    """Raises Forbidden(archived) where nothing is written any more."""
    if known.community.state is CommunityState.ARCHIVED:
        raise Forbidden("archived")


def destination(
    tx: Tx,
    author: AccountId,
    asked: AccountId | None,
    parent: PostRow | None,
    visibility: Visibility,
    mentioned: list[AccountRow],
) -> Destination | None:
    """The community that a post here goes to: that of what it answers, the one asked for, or (as other nodes' people
    do it) one that it names and whose member the author is. None for none; what is for some people only goes to none.

    Raises Forbidden where the author may not write there.
    """
    if visibility is Visibility.DIRECT:
        return None
    if parent is not None:
        if parent.community_id is None:
            return None
        require(tx, author, parent.community_id, parent=parent)
        return Destination(community=parent.community_id, visibility=parent.visibility)
    if asked is not None:
        return Destination(community=asked, visibility=audience(require(tx, author, asked)))
    for account in mentioned:
        known = rows.known(tx, account.id) if account.kind == "group" else None
        own = memberships.one(tx, account.id, author) if known is not None else None
        if known is None or own is None or not own.is_in:
            continue
        if known.community.is_closed or (visibility in OPEN and _may_begin(known, own)):
            return Destination(community=account.id, visibility=audience(require(tx, author, account.id)))
    return None


def _may_begin(known: KnownRow, own: MembershipRow) -> bool:
    """Whether who names an open community writes in it: elsewhere its name is a name."""
    if known.community.state is CommunityState.ARCHIVED:
        return False
    return known.community.posting is Posting.MEMBERS or own.may_moderate


def audience(known: KnownRow) -> Visibility:
    """Who reads what is written there: its members, or everybody; of an unlisted one nothing stands in public lists."""
    if known.community.is_closed:
        return Visibility.FOLLOWERS
    return Visibility.PUBLIC if known.account.discoverable else Visibility.UNLISTED


def enter(tx: Tx, row: PostRow, *, topic: str = "", now: Millis) -> None:
    """Put a new post into its community; hosted here, it has its place at once."""
    if row.community_id is None:
        return
    known = rows.known(tx, row.community_id)
    if known is None:
        return
    if known.community.asked_at is not None:
        rows.lives(tx, row.community_id)
    is_host = row.is_local and known.account.is_local
    place = rows.next_place(tx, row.community_id, now) if is_host else None
    placed = PlacementRow(
        post_id=row.id,
        community_id=row.community_id,
        is_root=row.parent_uri is None,
        place=place,
        shown=place or row.published_at,
        topic=topic,
        arrived_at=now,
        by_guest=_is_guest(tx, row.community_id, row.author_id),
    )
    is_new = placements.put(tx, placed)
    if is_new:
        _recall(tx, row)
    if is_new and place is not None:
        is_first = placements.is_first(tx, row.id)
        placed_here = events.PostPlaced(
            by=row.community_id, at=now, community=row.community_id, post=row.id, is_first=is_first
        )
        events.append(tx, placed_here)


def place(
    tx: Tx,
    post: PostRow,
    community: AccountId,
    at: Millis,
    *,
    topic: str = "",
    is_first: bool | None = None,
    by_guest: bool = False,
    host: str,
    now: Millis,
) -> bool:
    """The word of the community's host on where a post stands; a post in no community so far is in this one then, under
    that topic. `is_first`: whether it is its author's first one there; None where the host says nothing of it.
    `by_guest`: the host says that it is a guest's, of whom other nodes than the guest's own and the host know nothing.

    False if it stood there already, or is in another community.
    """
    if post.community_id is None and post.visibility in OPEN and rows.by_id(tx, community) is not None:
        post_rows.adopt_into(tx, post.id, community)
    elif post.community_id != community:
        return False
    fresh = PlacementRow(
        post_id=post.id,
        community_id=community,
        is_root=post.parent_uri is None,
        place=at,
        shown=at,
        topic=topic,
        arrived_at=now,
        by_guest=by_guest or _is_guest(tx, community, post.author_id),
    )
    if placements.put(tx, fresh):
        _recall(tx, msgspec.structs.replace(post, community_id=community))
    else:
        if by_guest:
            placements.mark_guest(tx, post.id)
        if not placements.place(tx, post.id, community, at):
            return False
    # A host that says so late of somebody who is known here is not believed: order on the way is a matter of hours.
    first = (
        placements.is_first(tx, post.id) if is_first is None else is_first and not placements.is_late(tx, post.id, DAY)
    )
    events.append(
        tx, events.PostPlaced(by=community, host=host, at=now, community=community, post=post.id, is_first=first)
    )
    return True


def give_place(tx: Tx, post: PostRow, community: AccountId, *, topic: str = "", now: Millis) -> Millis:
    """This node hosts the community and has let the post in: its place in the order, the same when asked again.
    `topic`: of a post that was here and not in it."""
    known = placements.one(tx, post.id)
    if known is not None and known.place is not None:
        return known.place
    at = rows.next_place(tx, community, now)
    place(tx, post, community, at, topic=topic, host="", now=now)
    return at


def _is_guest(tx: Tx, community: AccountId, author: AccountId) -> bool:
    own = memberships.one(tx, community, author)
    return own is not None and own.is_in and own.role is MemberRole.GUEST


def _recall(tx: Tx, post: PostRow) -> None:
    """A post that comes after moderators of its community did something with it, of which its node was cut off."""
    if post.community_id is None:
        return
    for mark in community_marks.about(tx, post.community_id, post.uri):
        match mark.subject:
            case Subject.REMOVED if mark.is_on:
                placements.remove(tx, post.id, mark.place, mark.by_id, mark.reason)
            case Subject.LOCKED:
                placements.lock(tx, post.id, locked=mark.is_on)
            case Subject.STICKY:
                placements.stick(tx, post.id, sticky=mark.is_on)
            case Subject.TOPIC if mark.reason or not mark.is_on:
                placements.set_topic(tx, post.id, mark.reason if mark.is_on else "")
            case _:
                pass
