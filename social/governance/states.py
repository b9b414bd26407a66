"""What moderators do with accounts: keep them from strangers, hide their pictures, suspend them, end them.

Each act is written into the log of administration, with its reason, in its own transaction.
"""

from collections.abc import Callable

from social import events, jobs
from social.clock import DAY
from social.communities import requests
from social.errors import Forbidden
from social.governance.audit import Act, record_of
from social.people import accounts, users
from social.people.follows import Verb, removed
from social.policy import Role, Viewer, require_person, require_role
from social.posts import edit, media
from storage import accounts as account_rows
from storage import erasure, gatherings, known, memberships, tombstones
from storage import states as rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

KEPT_SUSPENDED = 30 * DAY
"""How long copies of whom another node suspended are kept, hidden, in case it was a mistake there."""

_MARK, _SUSPENSION = "#suspended", "Suspension"
"""A tombstone of this name and kind says that the account's own node hid it. Activities name any id, but no kind of
this sort."""


def silence(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Keep an account from strangers: out of public timelines, of search and of notifications of who does not follow.

    Raises NotFound, Forbidden, as everything here.
    """
    _set(tx, viewer, id, lambda id: rows.silence(tx, id, now), Act.ACCOUNT_SILENCE, why, now)


def unsilence(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Let an account be heard again."""
    _set(tx, viewer, id, lambda id: rows.unsilence(tx, id), Act.ACCOUNT_UNSILENCE, why, now)


def sensitize(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Hide the pictures of all posts of an account behind a word."""
    _set(tx, viewer, id, lambda id: rows.sensitize(tx, id, now), Act.ACCOUNT_SENSITIVE, why, now)


def unsensitize(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Show the pictures again."""
    _set(tx, viewer, id, lambda id: rows.unsensitize(tx, id), Act.ACCOUNT_UNSENSITIVE, why, now)


def suspend(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Hide an account everywhere and end its sessions, tokens and streams; it can be lifted.

    Of an account of elsewhere the copies go for good, and follows both ways end, which its node is told. One that its
    own node hides is suspended by this one too from then on, whatever that node says later.
    """
    target, _ = accounts.moderated(tx, viewer, id)
    was_theirs = _forget_mark(tx, target)
    if not accounts.suspend(tx, viewer, id, now=now) and not was_theirs:
        return
    record_of(tx, viewer, Act.ACCOUNT_SUSPEND, target, why=why, now=now)
    if not target.is_local:
        purge(tx, target, now=now)


def restore(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Lift a suspension."""
    _forget_mark(tx, accounts.moderated(tx, viewer, id)[0])
    if accounts.restore(tx, viewer, id, now=now):
        record_of(tx, viewer, Act.ACCOUNT_UNSUSPEND, accounts.account(tx, viewer, id), why=why, now=now)


def follow(tx: Tx, target: AccountRow, *, is_suspended: bool, now: Millis) -> None:
    """The node of an account of elsewhere hides it, or shows it again: what it hid itself, and nothing else."""
    if is_suspended and account_rows.suspend(tx, target.id, now):
        tombstones.bury(tx, target.uri + _MARK, _SUSPENSION, target.uri, now)
        due = Millis(now + KEPT_SUSPENDED)
        jobs.enqueue(tx, jobs.PurgeAccount(account=target.id), key=str(target.id), due=due)
        events.append(tx, events.AccountSuspended(by=target.id, host=target.domain, at=now))
    elif not is_suspended and _forget_mark(tx, target) and account_rows.restore(tx, target.id):
        events.append(tx, events.AccountRestored(by=target.id, host=target.domain, at=now))


def disable(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Let somebody in no longer; what they wrote stays."""
    users.disable(tx, viewer, id, why=why, now=now)


def enable(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """Let somebody in again."""
    users.enable(tx, viewer, id, why=why, now=now)


def delete(tx: Tx, viewer: Viewer, id: AccountId, *, why: str = "", now: Millis) -> None:
    """End an account of this node for good, with all that it said and did; its name is given to nobody else.

    Raises Forbidden for anybody but administrators, and Conflict(last_admin).
    """
    require_role(viewer, Role.ADMIN)
    target = accounts.account(tx, viewer, id)
    if not target.is_local or target.kind is AccountKind.APPLICATION or id == viewer.account:
        raise Forbidden("not_to_be_deleted")
    record_of(tx, viewer, Act.ACCOUNT_DELETE, target, why=why, now=now)
    _end(tx, target, now)


def leave(tx: Tx, viewer: Viewer, *, now: Millis) -> None:
    """End one's own account for good. Whoever calls this has checked the password. Raises Conflict(last_admin)."""
    require_person(viewer)
    own = accounts.account(tx, viewer, viewer.account)
    record_of(tx, viewer, Act.ACCOUNT_DELETE, own, now=now)
    _end(tx, own, now)


def purge(tx: Tx, target: AccountRow, *, now: Millis) -> None:
    """Take away the copies of an account of elsewhere: follows end as if both sides had ended them."""
    for row in known.follows_of(tx, target.id):
        verb = Verb.REJECT if row.follower_id == target.id else Verb.LEAVE
        removed(tx, row, verb, host="", now=now)
    media.forget_all(tx, target.id, now=now)
    erasure.purge(tx, target.id)


def purge_suspended(tx: Tx, id: AccountId, *, now: Millis) -> None:
    """Take away the copies of an account of elsewhere that has been suspended for long, if it still is."""
    target = account_rows.by_id(tx, id)
    if target is None or target.is_local or target.suspended_at is None or now - target.suspended_at < KEPT_SUSPENDED:
        return
    purge(tx, target, now=now)


def _forget_mark(tx: Tx, target: AccountRow) -> bool:
    return tombstones.unbury(tx, target.uri + _MARK, _SUSPENSION, target.uri)


def _end(tx: Tx, target: AccountRow, now: Millis) -> None:
    user = users.user_of(tx, target.id)
    if user is not None:
        users.require_another_admin(tx, user)
    for id in gatherings.coming_of(tx, target.id, now):
        # One by one, as if they had called them off: who said yes elsewhere is told by their own node.
        edit.remove_with_account(tx, id, target, now=now)
    tombstones.bury(tx, target.uri, target.kind.value.capitalize(), target.uri, now)
    media.forget_all(tx, target.id, now=now)
    told = memberships.hosts(tx, target.id) if target.is_hidden else []
    requests.gone(tx, target.id, now)
    if erasure.blank_local(tx, target.id, now):
        events.append(tx, events.AccountDeleted(by=target.id, uri=target.uri, at=now, told=tuple(told)))


def _set(
    tx: Tx, viewer: Viewer, id: AccountId, change: Callable[[AccountId], bool], act: Act, why: str, now: Millis
) -> None:
    target, _ = accounts.moderated(tx, viewer, id)
    if not change(id):
        return
    record_of(tx, viewer, act, target, why=why, now=now)
    changed = account_rows.by_id(tx, id)
    if changed is not None:
        # It never leaves the node: what a site thinks of somebody is its own affair.
        events.append(tx, events.AccountModerated(by=id, host=changed.domain, at=now))
