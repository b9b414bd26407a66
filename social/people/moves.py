"""An account moves to another one, here or elsewhere: both say so, and whoever followed it here follows the new one.

The new account names the former among its aliases; without that nobody can be moved to it. One move in seven days
(threats.md, move storms; Mastodon's rule too), followers in small lots by a job.
"""

from collections.abc import Sequence

from social import events, jobs
from social.clock import DAY
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.people import relations, users
from social.people.follows import Verb, removed
from social.policy import Viewer, require_person
from social.urls import Urls
from storage import accounts as rows
from storage import lists as list_rows
from storage import moves
from storage import relations as relation_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.lists import MemberId
from storage.relations import MuteId

COOL_DOWN = 7 * DAY
MOST_ALIASES = 20
LOT = 20
"""Followers that are moved in one transaction."""


def aliases(row: AccountRow) -> tuple[str, ...]:
    """The actors that the account says it also is."""
    return tuple(row.aliases.split())


def target(tx: Tx, row: AccountRow) -> AccountRow | None:
    """Where an account moved to, unless that is gone or hidden. No statement for one that stayed."""
    to = rows.by_id(tx, row.moved_id) if row.moved_id is not None else None
    return to if to is not None and to.deleted_at is None and to.suspended_at is None else None


def alias_rows(tx: Tx, viewer: Viewer) -> tuple[AccountRow, list[tuple[str, AccountRow | None]], AccountRow | None]:
    """One's own account with its aliases (as they are known here) and the place it moved to."""
    require_person(viewer)
    me = _own(tx, viewer)
    return me, [(uri, rows.by_uri(tx, uri)) for uri in aliases(me)], target(tx, me)


def call_also(tx: Tx, viewer: Viewer, uris: Sequence[str], *, now: Millis) -> None:
    """Say which other accounts one is, before moving from one of them here. Raises Invalid."""
    require_person(viewer)
    me = _own(tx, viewer)
    wanted = tuple(dict.fromkeys(uri for uri in uris if uri and uri != me.uri))
    if len(wanted) > MOST_ALIASES:
        raise Invalid("aliases", "too_many", maximum=MOST_ALIASES)
    if wanted == aliases(me):
        return
    moves.call_also(tx, me.id, wanted)
    events.append(tx, events.ProfileChanged(by=me.id, at=now))


def move(tx: Tx, viewer: Viewer, target: AccountId, *, now: Millis) -> None:
    """Move one's own account to `target`. Raises NotFound, Invalid (no alias there), Conflict (moved lately)."""
    require_person(viewer)
    leave_for(tx, _own(tx, viewer), target, now=now)


def leave_for(tx: Tx, me: AccountRow, target: AccountId, *, later: bool = False, now: Millis) -> AccountRow:
    """Move an account of this node, whoever decided it; a community too. What it goes on as; raises as `move`.

    `later`: the caller has its followers moved when it is done with them.
    """
    to = rows.by_id(tx, target)
    if to is None or to.deleted_at is not None or to.suspended_at is not None:
        raise NotFound("account")
    if to.id == me.id or to.moved_id is not None:
        raise Invalid("target", "invalid")
    if me.uri not in aliases(to):
        raise Invalid("target", "no_alias")
    if _is_resting(me, now):
        raise Conflict("moved_lately")
    _moved(tx, me, to, now, later=later)
    events.append(tx, events.ProfileChanged(by=me.id, at=now))
    return to


def stay(tx: Tx, viewer: Viewer, *, now: Millis) -> None:
    """Call a move off: whoever went stays gone, the account is used again."""
    require_person(viewer)
    if moves.stay(tx, viewer.account):
        events.append(tx, events.ProfileChanged(by=viewer.account, at=now))


def receive_move(tx: Tx, actor: AccountRow, target: AccountRow, *, later: bool = False, now: Millis) -> bool:
    """An account of elsewhere moved. `target` was read anew. False if it is no move that may be believed. `later` as
    of `leave_for`."""
    if target.id == actor.id or target.deleted_at is not None or target.suspended_at is not None:
        return False
    if actor.uri not in aliases(target) or actor.deleted_at is not None:
        return False
    if actor.moved_id == target.id or _is_resting(actor, now):
        return False
    _moved(tx, actor, target, now, later=later)
    return True


def is_due(actor: AccountRow, target: str, now: Millis) -> bool:
    """Whether it is worth asking for the target of a move."""
    return target != actor.uri and actor.moved_to != target and not _is_resting(actor, now)


def transfer(tx: Tx, former: AccountId, target: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> bool:
    """Let some of those who follow the former account follow the new one; True if there may be more of them."""
    old, new = rows.by_id(tx, former), rows.by_id(tx, target)
    if old is None or new is None or old.moved_id != target or new.deleted_at is not None:
        return False
    lot = moves.followers_here(tx, former, LOT)
    for row in lot:
        viewer = users.viewer_of(tx, row.follower_id)
        for held in list_rows.with_member(tx, row.follower_id, former):
            list_rows.add(tx, MemberId(ids.make()), held.id, target)
        if row.follower_id != target:
            _follow(tx, viewer, target, row.boosts, row.notify, ids, urls, now)
        # Also out of a community in which a rule keeps them: it is another one now.
        removed(tx, relation_rows.between(tx, row.follower_id, former), Verb.LEAVE, host="", now=now)
    return len(lot) == LOT


def _follow(
    tx: Tx, viewer: Viewer, target: AccountId, boosts: bool, notify: bool, ids: IdMaker, urls: Urls, now: Millis
) -> None:
    try:
        relations.follow(tx, viewer, target, boosts=boosts, notify=notify, ids=ids, urls=urls, now=now)
    except (Forbidden, NotFound):
        # One of the two blocks the other: then this follower is not moved, and nothing was written.
        return


def _moved(tx: Tx, former: AccountRow, target: AccountRow, now: Millis, *, later: bool) -> None:
    moves.move(tx, former.id, target.id, target.uri, now)
    if not later:
        transfer = jobs.TransferFollowers(former=former.id, target=target.id)
        jobs.enqueue(tx, transfer, key=f"{former.id}:{target.id}", due=now)
    event = events.AccountMoved(by=former.id, host=former.domain, at=now, to=target.id, uri=target.uri)
    events.append(tx, event)


def carry_silence(tx: Tx, former: AccountId, target: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """Whoever blocks or mutes the former account does so with the new one."""
    for muted in moves.mutes(tx, former, target):
        id = MuteId(ids.make())
        relation_rows.mute(tx, id, muted.account_id, target, muted.notifications, muted.expires_at, now)
    for blocker in moves.blockers_here(tx, former, target):
        try:
            relations.block(tx, users.viewer_of(tx, blocker), target, ids=ids, urls=urls, now=now)
        except (Forbidden, NotFound):
            # The new account is their own, or is gone: then there is nobody to block.
            continue


def _own(tx: Tx, viewer: Viewer) -> AccountRow:
    row = rows.by_id(tx, viewer.account)
    if row is None:
        raise NotFound("account")
    return row


def _is_resting(row: AccountRow, now: Millis) -> bool:
    return row.moved_at is not None and now - row.moved_at < COOL_DOWN
