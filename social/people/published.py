"""The directory of the group: what this node tells of its people, and what it keeps of others'.

Told are those who want to be found (`discoverable`); who no longer does, or has left, is told too.
"""

from collections.abc import Iterable, Sequence

import msgspec

from social import events, jobs
from social.people import remote
from social.people.remote import RemoteActor
from storage import accounts, media
from storage import published as rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.published import PublishedRow, State

PAGE = 50
COMPLETED_AT_ONCE = 500
_CHANGES = (
    events.AccountJoined,
    events.ProfileChanged,
    events.KeysRotated,
    events.AccountSuspended,
    events.AccountRestored,
    events.AccountDeleted,
)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of this node's directory: who changed after a number, and where the next part begins."""

    version: int
    next: int
    shown: list[AccountRow]
    left: list[PublishedRow]


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: notes a change of somebody here. Twice notes it twice, which others read as nothing new."""
    if not isinstance(event, _CHANGES) or event.host:
        return
    account = accounts.by_id(tx, event.by)
    if account is None or not account.is_local or account.kind is AccountKind.APPLICATION:
        return
    state = _state(account)
    known = rows.of(tx, account.id)
    if known is None and state is not State.SHOWN:
        return
    if known is not None and known.state is state and state is not State.SHOWN:
        return
    rows.publish(tx, account.id, account.uri, state, rows.version(tx) + 1)


def complete(tx: Tx) -> int:
    """Publish people who joined before there was a directory, some at a time; how many."""
    missing = rows.missing(tx, COMPLETED_AT_ONCE)
    for number, account in enumerate(missing, rows.version(tx) + 1):
        rows.publish(tx, account.id, account.uri, State.SHOWN, number)
    return len(missing)


def part(tx: Tx, since: int) -> Part:
    """What changed after a number, the oldest change first."""
    found = rows.since(tx, since, PAGE)
    shown = {row.id: row for row in accounts.by_ids(tx, [row.account_id for row in found if row.state is State.SHOWN])}
    return Part(
        version=rows.version(tx),
        next=found[-1].version if found else since,
        # Somebody may have left since: the change that says so has a higher number.
        shown=[shown[row.account_id] for row in found if row.account_id in shown],
        left=[row for row in found if row.state is not State.SHOWN],
    )


def receive(
    tx: Tx,
    host: str,
    people: Sequence[RemoteActor],
    left: Iterable[tuple[str, State]],
    *,
    upto: int,
    asked_at: Millis | None = None,
    ids: IdMaker,
    now: Millis,
) -> None:
    """Keep a part of another node's directory, which federation has verified. Twice is once.

    `asked_at`: what somebody told of themselves after that is newer, and stays.
    """
    for actor in people:
        known = accounts.by_uri(tx, actor.uri)
        if known is not None and known.deleted_at is not None:
            continue
        if asked_at is not None and remote.came_since(tx, actor.uri, asked_at):
            continue
        account = remote.store_remote(tx, actor, ids=ids, now=now)
        _fetch_avatar(tx, account, now)
    for uri, state in left:
        if state is State.GONE:
            known = accounts.by_uri(tx, uri)
            if known is not None and known.domain == host:
                remote.delete_remote(tx, uri, now=now)
        else:
            rows.hide(tx, uri, host)
    rows.read(tx, host, upto, now)


def receive_whole(tx: Tx, host: str, listed: Iterable[str]) -> int:
    """The other node's whole directory was read anew: nobody else of it is found any more. How many were."""
    return sum(rows.hide(tx, uri, host) for uri in set(rows.found_on(tx, host)) - set(listed))


def _state(account: AccountRow) -> State:
    if account.deleted_at is not None:
        return State.GONE
    return State.SHOWN if account.discoverable and account.suspended_at is None else State.HIDDEN


def _fetch_avatar(tx: Tx, account: AccountId, now: Millis) -> None:
    """Have the picture here before somebody looks for it: the other node may be away by then."""
    avatar = accounts.pictures(tx, account).avatar_id
    row = media.by_id(tx, avatar) if avatar is not None else None
    if row is not None and row.file_key is None and row.remote_url is not None:
        jobs.enqueue(tx, jobs.FetchMedia(media=row.id), key=str(row.id), due=now)
