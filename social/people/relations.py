"""Following, blocking and muting by people here. What other nodes do is in `social/people/received.py`.

A follow lives by `TRANSITIONS`; every move changes the counters of both sides in the same transaction, and only if the
row really moved.
"""

from collections.abc import Sequence

import msgspec

from social import events
from social.communities import admission
from social.errors import Forbidden, Invalid, NotFound
from social.paging import Page
from social.people import accounts
from social.people.follows import Verb, may_follow_at_once, move, removed
from social.policy import Viewer, require_person
from social.posts import media
from social.text import is_language, language_base
from social.urls import Urls
from storage import communities, domain_blocks
from storage import followers as follower_rows
from storage import relations as rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.followers import AccountInboxRow, InboxRow
from storage.ids import AccountId, IdMaker, Millis
from storage.relations import (
    BlockId,
    Bounds,
    FollowId,
    FollowRow,
    FollowState,
    MuteId,
    RelatedRow,
    RelationshipRow,
)


class Relationship(msgspec.Struct, frozen=True, kw_only=True):
    """Everything between the viewer and an account."""

    id: AccountId
    following: bool = False
    showing_boosts: bool = False
    notifying: bool = False
    languages: tuple[str, ...] = ()
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muted_until: Millis | None = None
    requested: bool = False
    requested_by: bool = False
    domain_blocking: bool = False
    endorsed: bool = False
    note: str = ""


def relationships(tx: Tx, viewer: Viewer, ids: Sequence[AccountId], *, now: Millis) -> list[Relationship]:
    """What is between the viewer and each of `ids`, in that order, unknown ones left out: one statement."""
    require_person(viewer)
    if not ids:
        return []
    found = {row.id: row for row in rows.relationships(tx, viewer.account, ids, now)}
    return [_relationship(found[id]) for id in dict.fromkeys(ids) if id in found]


def relationship(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> Relationship:
    """What is between the viewer and one account. Raises NotFound."""
    found = relationships(tx, viewer, [id], now=now)
    if not found:
        raise NotFound("account")
    return found[0]


def follow(
    tx: Tx,
    viewer: Viewer,
    target: AccountId,
    *,
    boosts: bool | None = None,
    notify: bool | None = None,
    languages: Sequence[str] | None = None,
    ids: IdMaker,
    urls: Urls,
    now: Millis,
) -> Relationship:
    """Follow, or ask to: at once for an account here that is not locked, else after its consent.

    Again: changes whether boosts are shown, each post notified, and which languages are wanted; None leaves it. Raises
    NotFound, Invalid(languages), Forbidden(yourself, blocked by the other, blocking the other or their node).
    """
    followee = _other(tx, viewer, target)
    between = rows.blocks(tx, viewer.account, target)
    if between.is_blocked or between.is_blocking or domain_blocks.is_blocked(tx, viewer.account, followee.domain):
        raise Forbidden("blocked" if between.is_blocked else "blocking")
    wanted = _written_languages(languages)
    own = accounts.account(tx, viewer, viewer.account)
    if admission.admission(tx, viewer.account, followee) is admission.Admission.REFUSED:
        raise Forbidden("not_invited")
    is_free = may_follow_at_once(tx, own, followee)
    state = FollowState.ACCEPTED if is_free else FollowState.REQUESTED
    id = FollowId(ids.make())
    row = FollowRow(
        id=id,
        follower_id=viewer.account,
        followee_id=target,
        state=state,
        boosts=boosts is not False,
        notify=bool(notify),
        uri=f"{urls.actor(viewer.username)}#follows/{id}",
        created_at=now,
        languages=wanted or "",
    )
    if not move(tx, row, Verb.FOLLOW if is_free else Verb.ASK, now=now):
        known = rows.between(tx, viewer.account, target)
        if known is not None:
            rows.adjust(tx, known.id, boosts, notify, wanted)
    elif state is FollowState.ACCEPTED:
        events.append(tx, events.FollowAccepted(by=viewer.account, of=target, uri=row.uri, at=now))
    else:
        former = communities.former_of(tx, target, viewer.account) or ""
        asked = events.FollowRequested(by=viewer.account, of=target, uri=row.uri, former=former, at=now)
        events.append(tx, asked)
    return relationship(tx, viewer, target, now=now)


def unfollow(tx: Tx, viewer: Viewer, target: AccountId, *, now: Millis) -> Relationship:
    """Follow no longer, or withdraw the request. Raises Forbidden for a community in which a rule keeps the viewer."""
    require_person(viewer)
    admission.require_free(tx, viewer.account, target)
    removed(tx, rows.between(tx, viewer.account, target), Verb.LEAVE, host="", now=now)
    return relationship(tx, viewer, target, now=now)


def accept(tx: Tx, viewer: Viewer, follower: AccountId, *, now: Millis) -> Relationship:
    """Consent to a request; what was accepted before stays so. Raises NotFound without a request."""
    require_person(viewer)
    row = rows.between(tx, follower, viewer.account)
    if row is None:
        raise NotFound("follow_request")
    if move(tx, row, Verb.ACCEPT, now=now):
        asker = accounts.by_id(tx, follower)
        is_answer = asker is not None and not asker.is_local
        events.append(
            tx, events.FollowAccepted(by=follower, of=viewer.account, uri=row.uri, answered=is_answer, at=now)
        )
    return relationship(tx, viewer, follower, now=now)


def reject(tx: Tx, viewer: Viewer, follower: AccountId, *, now: Millis) -> Relationship:
    """Refuse a request. Raises NotFound without one."""
    require_person(viewer)
    row = rows.between(tx, follower, viewer.account)
    if row is None or row.state is not FollowState.REQUESTED:
        raise NotFound("follow_request")
    removed(tx, row, Verb.REJECT, host="", now=now)
    return relationship(tx, viewer, follower, now=now)


def remove_follower(tx: Tx, viewer: Viewer, follower: AccountId, *, now: Millis) -> Relationship:
    """Let somebody follow no longer; nothing if they do not."""
    require_person(viewer)
    removed(tx, rows.between(tx, follower, viewer.account), Verb.REJECT, host="", now=now)
    return relationship(tx, viewer, follower, now=now)


def block(tx: Tx, viewer: Viewer, target: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> Relationship:
    """Neither sees the other any more; follows both ways end. Raises NotFound, Forbidden(yourself)."""
    _other(tx, viewer, target)
    admission.require_free(tx, viewer.account, target)
    id = BlockId(ids.make())
    uri = f"{urls.actor(viewer.username)}#blocks/{id}"
    if rows.block(tx, id, viewer.account, target, uri, now):
        media.renew_addresses(tx, viewer.account)
        removed(tx, rows.between(tx, viewer.account, target), Verb.LEAVE, host="", now=now)
        removed(tx, rows.between(tx, target, viewer.account), Verb.REJECT, host="", now=now)
        events.append(tx, events.AccountBlocked(by=viewer.account, of=target, uri=uri, at=now))
    return relationship(tx, viewer, target, now=now)


def unblock(tx: Tx, viewer: Viewer, target: AccountId, *, now: Millis) -> Relationship:
    """Lift a block."""
    require_person(viewer)
    row = rows.unblock(tx, viewer.account, target)
    if row is not None:
        events.append(tx, events.AccountUnblocked(by=viewer.account, of=target, uri=row.uri, at=now))
    return relationship(tx, viewer, target, now=now)


def mute(
    tx: Tx,
    viewer: Viewer,
    target: AccountId,
    *,
    notifications: bool = True,
    expires_at: Millis | None = None,
    ids: IdMaker,
    now: Millis,
) -> Relationship:
    """Hear no more of somebody, who does not learn it; until `expires_at` if given. Raises NotFound, Forbidden."""
    _other(tx, viewer, target)
    rows.mute(tx, MuteId(ids.make()), viewer.account, target, notifications, expires_at, now)
    events.append(tx, events.AccountMuted(by=viewer.account, of=target, at=now))
    return relationship(tx, viewer, target, now=now)


def unmute(tx: Tx, viewer: Viewer, target: AccountId, *, now: Millis) -> Relationship:
    """Hear of somebody again."""
    require_person(viewer)
    if rows.unmute(tx, viewer.account, target):
        events.append(tx, events.AccountUnmuted(by=viewer.account, of=target, at=now))
    return relationship(tx, viewer, target, now=now)


def followers(tx: Tx, viewer: Viewer, account: AccountId, page: Page) -> list[tuple[int, AccountRow]]:
    """Who follows the account, latest first, each with the id of the follow to page by. Raises NotFound."""
    if _is_hidden(tx, viewer, account):
        return []
    return _pairs(rows.followers(tx, account, _bounds(page)))


def following(tx: Tx, viewer: Viewer, account: AccountId, page: Page) -> list[tuple[int, AccountRow]]:
    """Whom the account follows, latest first, each with the id of the follow to page by. Raises NotFound."""
    if _is_hidden(tx, viewer, account):
        return []
    return _pairs(rows.following(tx, account, _bounds(page), viewer.account))


def requests(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, AccountRow]]:
    """Who waits for the viewer's consent, latest first."""
    require_person(viewer)
    return _pairs(rows.requests(tx, viewer.account, _bounds(page)))


def blocked(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, AccountRow]]:
    """Whom the viewer blocks, latest first."""
    require_person(viewer)
    return _pairs(rows.blocked(tx, viewer.account, _bounds(page)))


def muted(tx: Tx, viewer: Viewer, page: Page, *, now: Millis) -> list[tuple[int, AccountRow]]:
    """Whom the viewer mutes, latest first."""
    require_person(viewer)
    return _pairs(rows.muted(tx, viewer.account, _bounds(page), now))


def mutes_until(tx: Tx, viewer: Viewer, ids: Sequence[AccountId]) -> dict[AccountId, Millis | None]:
    """Until when the viewer mutes each of `ids`; None for good."""
    require_person(viewer)
    return {row.id: row.expires_at for row in rows.until(tx, viewer.account, ids)}


def follow_between(tx: Tx, follower: AccountId, followee: AccountId) -> FollowRow | None:
    """The follow or request between two accounts."""
    return rows.between(tx, follower, followee)


def inboxes_of_followers(tx: Tx, account: AccountId) -> list[InboxRow]:
    """Where posts for followers go: an inbox for each node that has shared ones, else one for each follower."""
    return follower_rows.inboxes_of_followers(tx, account)


def inboxes_of(tx: Tx, ids: Sequence[AccountId]) -> list[AccountInboxRow]:
    """Inboxes of those of `ids` who live elsewhere."""
    return follower_rows.inboxes_of(tx, ids)


def follower_uris(tx: Tx, account: AccountId, page: Page) -> list[tuple[int, str]]:
    """Followers as the protocol's collection names them, latest first, each with the id to page by."""
    found = follower_rows.follower_uris(tx, account, page.before, page.floor, page.limit)
    return [(row.relation, row.uri) for row in found]


def _is_hidden(tx: Tx, viewer: Viewer, account: AccountId) -> bool:
    """Whether the account keeps its followers and followees to itself. Raises NotFound."""
    return accounts.account(tx, viewer, account).hide_collections and account != viewer.account


def _other(tx: Tx, viewer: Viewer, target: AccountId) -> AccountRow:
    require_person(viewer)
    if target == viewer.account:
        raise Forbidden("yourself")
    row = accounts.account(tx, viewer, target)
    if row.kind is AccountKind.APPLICATION:
        raise NotFound("account")
    return row


def _written_languages(languages: Sequence[str] | None) -> str | None:
    """Languages as they are kept: each with a space around it. Raises Invalid."""
    if languages is None:
        return None
    if not all(is_language(code) for code in languages):
        raise Invalid("languages", "invalid")
    codes = dict.fromkeys(language_base(code) for code in languages)
    return f" {' '.join(codes)} " if codes else ""


def _relationship(row: RelationshipRow) -> Relationship:
    return Relationship(
        id=row.id,
        following=row.state is FollowState.ACCEPTED,
        showing_boosts=row.state is FollowState.ACCEPTED and bool(row.boosts),
        notifying=row.state is FollowState.ACCEPTED and bool(row.notify),
        followed_by=row.back is FollowState.ACCEPTED,
        blocking=row.is_blocking,
        blocked_by=row.is_blocked,
        muting=row.is_muting,
        muting_notifications=bool(row.mutes_notifications),
        muted_until=row.muted_until,
        requested=row.state is FollowState.REQUESTED,
        requested_by=row.back is FollowState.REQUESTED,
        languages=tuple((row.languages or "").split()),
        domain_blocking=row.blocks_domain,
        endorsed=row.is_endorsed,
        note=row.note,
    )


def _bounds(page: Page) -> Bounds:
    return Bounds(page.before, page.floor, page.limit, page.is_upward)


def _pairs(found: Sequence[RelatedRow]) -> list[tuple[int, AccountRow]]:
    return [(row.relation, row.account) for row in found]
