"""What the viewer does with other accounts: follow, block, mute; and the lists of it."""

from typing import Protocol

import msgspec

from server.api import present
from server.api.accounts import related
from server.api.call import Call
from server.api.entities.relations import Relationship as RelationshipEntity
from server.api.paging import ACCOUNTS, Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Endpoint, route
from social.clock import SECOND
from social.people import relations
from social.people.relations import Relationship
from social.policy import Viewer
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

LONGEST_MUTE = 100 * 365 * 24 * 3600
"""Seconds; longer is for ever."""


class FollowParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of the account; no language means all."""

    reblogs: bool | None = None
    notify: bool | None = None
    languages: tuple[str, ...] | None = None


class MuteParams(msgspec.Struct, frozen=True, kw_only=True):
    """`duration` in seconds; 0 is for ever."""

    notifications: bool = True
    duration: int = 0


class _Verb(Protocol):
    def __call__(self, tx: Tx, viewer: Viewer, target: AccountId, /, *, now: Millis) -> Relationship: ...


async def follow(call: Call, params: FollowParams) -> RelationshipEntity:
    """POST /api/v1/accounts/:id/follow."""
    node = call.node
    done = await call.write(
        relations.follow,
        AccountId(call.id()),
        boosts=params.reblogs,
        notify=params.notify,
        languages=params.languages,
        ids=node.ids,
        urls=node.urls,
        now=node.clock(),
    )
    return present.relationship(done)


async def unfollow(call: Call, _: Empty) -> RelationshipEntity:
    """POST /api/v1/accounts/:id/unfollow: withdraws a request too."""
    return await _done(call, relations.unfollow)


async def remove_follower(call: Call, _: Empty) -> RelationshipEntity:
    """POST /api/v1/accounts/:id/remove_from_followers."""
    return await _done(call, relations.remove_follower)


async def authorize(call: Call, _: Empty) -> RelationshipEntity:
    """POST /api/v1/follow_requests/:id/authorize."""
    return await _done(call, relations.accept)


async def reject(call: Call, _: Empty) -> RelationshipEntity:
    """POST /api/v1/follow_requests/:id/reject."""
    return await _done(call, relations.reject)


async def block(call: Call, _: Empty) -> RelationshipEntity:
    """POST /api/v1/accounts/:id/block."""
    node = call.node
    done = await call.write(relations.block, AccountId(call.id()), ids=node.ids, urls=node.urls, now=node.clock())
    return present.relationship(done)


async def unblock(call: Call, _: Empty) -> RelationshipEntity:
    """POST /api/v1/accounts/:id/unblock."""
    return await _done(call, relations.unblock)


async def mute(call: Call, params: MuteParams) -> RelationshipEntity:
    """POST /api/v1/accounts/:id/mute."""
    now = call.node.clock()
    is_bounded = 0 < params.duration < LONGEST_MUTE
    done = await call.write(
        relations.mute,
        AccountId(call.id()),
        notifications=params.notifications,
        expires_at=Millis(now + params.duration * SECOND) if is_bounded else None,
        ids=call.node.ids,
        now=now,
    )
    return present.relationship(done)


async def unmute(call: Call, _: Empty) -> RelationshipEntity:
    """POST /api/v1/accounts/:id/unmute."""
    return await _done(call, relations.unmute)


async def requests(call: Call, params: Paged) -> Answer:
    """GET /api/v1/follow_requests."""
    page = params.page(ACCOUNTS)
    return related(call, page, await call.read(relations.requests, page))


async def blocks(call: Call, params: Paged) -> Answer:
    """GET /api/v1/blocks."""
    page = params.page(ACCOUNTS)
    return related(call, page, await call.read(relations.blocked, page))


async def mutes(call: Call, params: Paged) -> Answer:
    """GET /api/v1/mutes: each with the end of its mute."""
    page = params.page(ACCOUNTS)

    def found(tx: Tx, viewer: Viewer) -> tuple[list[tuple[int, AccountRow]], dict[AccountId, Millis | None]]:
        pairs = relations.muted(tx, viewer, page, now=call.node.clock())
        return pairs, relations.mutes_until(tx, viewer, [row.id for _, row in pairs])

    pairs, until = await call.read(found)
    muted = [present.muted(row, until.get(row.id), call.node.urls) for _, row in pairs]
    cursors = [relation for relation, _ in pairs]
    return Answer(body=muted, headers=links(call, cursors, page, always=False, back="since_id"))


async def _done(call: Call, verb: _Verb) -> RelationshipEntity:
    return present.relationship(await call.write(verb, AccountId(call.id()), now=call.node.clock()))


_FOLLOWS = ("write:follows",)
_BLOCKS = ("write:blocks",)
_MUTES = ("write:mutes",)

ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/api/v1/accounts/:id/follow", follow, Auth.USER, *_FOLLOWS, params=FollowParams),
    route("POST", "/api/v1/accounts/:id/unfollow", unfollow, Auth.USER, *_FOLLOWS),
    route("POST", "/api/v1/accounts/:id/remove_from_followers", remove_follower, Auth.USER, *_FOLLOWS),
    route("POST", "/api/v1/follow_requests/:id/authorize", authorize, Auth.USER, *_FOLLOWS),
    route("POST", "/api/v1/follow_requests/:id/reject", reject, Auth.USER, *_FOLLOWS),
    route("POST", "/api/v1/accounts/:id/block", block, Auth.USER, *_BLOCKS),
    route("POST", "/api/v1/accounts/:id/unblock", unblock, Auth.USER, *_BLOCKS),
    route("POST", "/api/v1/accounts/:id/mute", mute, Auth.USER, *_MUTES, params=MuteParams),
    route("POST", "/api/v1/accounts/:id/unmute", unmute, Auth.USER, *_MUTES),
    route("GET", "/api/v1/follow_requests", requests, Auth.USER, "read:follows", params=Paged),
    route("GET", "/api/v1/blocks", blocks, Auth.USER, "read:blocks", params=Paged),
    route("GET", "/api/v1/mutes", mutes, Auth.USER, "read:mutes", params=Paged),
)
