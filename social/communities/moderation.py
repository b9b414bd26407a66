"""What moderators do in a community: take a post out and put it back, lock, put on top, warn.

The commands are for moderators here; `apply_*` carry out what somebody elsewhere did, whom the federation has checked.
Both leave the same rows and the same event, so that every node that has the post learns of it.
"""

import msgspec

from social import events
from social.communities import standing
from social.communities.membership import clean_reason
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.governance.audit import Act, record
from social.policy import Viewer
from social.posts import media
from social.posts.connecting import counts
from storage import holding, memberships, placements
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.placements import PlacementRow

MOST_STICKY = 5


def remove(tx: Tx, viewer: Viewer, post: PostId, reason: str, *, now: Millis) -> bool:
    """Take a post out of its community, for a reason: nobody but its author sees it. False if it was out.

    Raises NotFound, Forbidden unless the viewer moderates, Invalid(reason).
    """
    placed = _moderated(tx, viewer, post)
    words = clean_reason(reason)
    if not words:
        raise Invalid("reason", "blank")
    done = apply_remove(tx, placed, viewer.account, words, host="", now=now)
    if done:
        _note(tx, viewer, Act.COMMUNITY_REMOVE, placed, words, now)
    return done


def restore(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> bool:
    """Put a post back; False if it was not out. Raises NotFound, Forbidden."""
    placed = _moderated(tx, viewer, post)
    done = apply_restore(tx, placed, viewer.account, host="", now=now)
    if done:
        _note(tx, viewer, Act.COMMUNITY_RESTORE, placed, "", now)
    return done


def lock(tx: Tx, viewer: Viewer, post: PostId, reason: str = "", *, now: Millis) -> bool:
    """Nobody but moderators answers in the thread any more; False if it was so. Raises NotFound, Forbidden."""
    placed = _root(tx, viewer, post)
    words = clean_reason(reason)
    return apply_lock(tx, placed, viewer.account, locked=True, reason=words, host="", now=now)


def unlock(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> bool:
    """Members answer again; False if they might. Raises NotFound, Forbidden."""
    return apply_lock(tx, _root(tx, viewer, post), viewer.account, locked=False, host="", now=now)


def stick(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> bool:
    """Show the thread on top of the community; False if it is there. Raises NotFound, Forbidden, Conflict(too_many)."""
    placed = _root(tx, viewer, post)
    if placements.stuck(tx, placed.community_id) >= MOST_STICKY:
        raise Conflict("too_many_sticky", maximum=MOST_STICKY)
    return apply_stick(tx, placed, viewer.account, stuck=True, host="", now=now)


def unstick(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> bool:
    """No longer; False if it was not there. Raises NotFound, Forbidden."""
    return apply_stick(tx, _root(tx, viewer, post), viewer.account, stuck=False, host="", now=now)


def warn(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, words: str, *, now: Millis) -> None:
    """Tell a member, and nobody else, what was not right. Raises NotFound, Forbidden, Invalid(reason).

    Of a community of another node it is not known here who is in it: who wrote there is told.
    """
    holding.community(tx, id)
    known = standing.require_moderator(tx, viewer, id)
    reason = clean_reason(words)
    if not reason:
        raise Invalid("reason", "blank")
    if account == viewer.account:
        raise Forbidden("oneself")
    member = memberships.one(tx, id, account)
    if member is None and (known.account.is_local or not placements.by_author(tx, id, account, 1)):
        raise NotFound("member")
    if member is not None:
        if not member.is_in:
            raise NotFound("member")
        memberships.put(tx, msgspec.structs.replace(member, reason=reason))
    warned = events.MemberWarned(by=viewer.account, at=now, community=id, of=account, reason=reason)
    events.append(tx, warned)


def log(tx: Tx, viewer: Viewer, id: AccountId, before: int, limit: int) -> list[PlacementRow]:
    """What was taken out of the community, newest posts first: for its moderators. Raises NotFound, Forbidden."""
    standing.require_moderator(tx, viewer, id)
    return placements.removed(tx, id, before, limit)


def apply_remove(tx: Tx, placed: PlacementRow, by: AccountId, reason: str, *, host: str, now: Millis) -> bool:
    """A moderator took the post out: its pictures' addresses are new, so that those handed out lead nowhere."""
    if placed.removed_at is not None:
        return False
    _count(tx, placed, -1)
    placements.remove(tx, placed.post_id, now, by, reason)
    media.renew_post(tx, placed.post_id)
    events.append(
        tx,
        events.PostRemovedFrom(
            by=by, host=host, at=now, community=placed.community_id, post=placed.post_id, reason=reason
        ),
    )
    return True


def apply_restore(tx: Tx, placed: PlacementRow, by: AccountId, *, host: str, now: Millis) -> bool:
    """A moderator put the post back."""
    if placed.removed_at is None:
        return False
    placements.remove(tx, placed.post_id, None, None, "")
    _count(tx, placed, 1)
    events.append(
        tx,
        events.PostRemovedFrom(
            by=by, host=host, at=now, community=placed.community_id, post=placed.post_id, restored=True
        ),
    )
    return True


def apply_lock(
    tx: Tx, placed: PlacementRow, by: AccountId, *, locked: bool, reason: str = "", host: str, now: Millis
) -> bool:
    """A moderator locked the thread, or unlocked it."""
    if not placements.lock(tx, placed.post_id, locked=locked):
        return False
    post_rows.touch(tx, placed.post_id)
    events.append(
        tx,
        events.PostLocked(
            by=by,
            host=host,
            at=now,
            community=placed.community_id,
            post=placed.post_id,
            locked=locked,
            reason=reason,
        ),
    )
    return True


def apply_stick(tx: Tx, placed: PlacementRow, by: AccountId, *, stuck: bool, host: str, now: Millis) -> bool:
    """A moderator put the thread on top, or took it down."""
    if not placements.stick(tx, placed.post_id, sticky=stuck):
        return False
    events.append(
        tx,
        events.PostStuck(by=by, host=host, at=now, community=placed.community_id, post=placed.post_id, stuck=stuck),
    )
    return True


def apply_sort(tx: Tx, placed: PlacementRow, by: AccountId, topic: str, *, host: str, now: Millis) -> bool:
    """A moderator put the thread under a topic, or (empty) under none."""
    if not placed.is_root or not placements.set_topic(tx, placed.post_id, topic):
        return False
    sorted_under = events.PostSorted(
        by=by, host=host, at=now, community=placed.community_id, post=placed.post_id, topic=topic, former=placed.topic
    )
    events.append(tx, sorted_under)
    return True


def _count(tx: Tx, placed: PlacementRow, by: int) -> None:
    """An answer that is shown to nobody is not counted below what it answers."""
    row = post_rows.by_id(tx, placed.post_id)
    parent = post_rows.by_id(tx, row.parent_id) if row is not None and row.parent_id is not None else None
    if row is not None and parent is not None and counts(row, parent):
        post_rows.count_reply(tx, parent.id, by)


def _moderated(tx: Tx, viewer: Viewer, post: PostId) -> PlacementRow:
    """Where a post stands that the viewer may act upon; who may not see the community learns nothing of it."""
    placed = placements.one(tx, post)
    if placed is None:
        raise NotFound("post")
    standing.require_moderator(tx, viewer, placed.community_id)
    return placed


def _root(tx: Tx, viewer: Viewer, post: PostId) -> PlacementRow:
    placed = _moderated(tx, viewer, post)
    if not placed.is_root:
        raise NotFound("post")
    return placed


def _note(tx: Tx, viewer: Viewer, act: Act, placed: PlacementRow, why: str, now: Millis) -> None:
    row = post_rows.by_id(tx, placed.post_id)
    if row is not None:
        record(tx, viewer, act, id=row.id, subject=row.uri, why=why, now=now)
