"""Polls through the API: looked at, and voted in."""

import msgspec

from server.api import ballot
from server.api.call import Call
from server.api.entities.polls import Poll
from server.api.params import Empty
from server.api.routing import Auth, Door, Endpoint, route
from social.posts import polls
from storage.ids import PollId


class VoteParams(msgspec.Struct, frozen=True, kw_only=True):
    """The choices taken, by their places."""

    choices: tuple[int, ...] = ()


async def show(call: Call, _: Empty) -> Poll:
    """GET /api/v1/polls/:id."""
    now = call.node.clock()
    return ballot.poll(await call.read(polls.poll, PollId(call.id())), now)


async def vote(call: Call, params: VoteParams) -> Poll:
    """POST /api/v1/polls/:id/votes: once, for good."""
    now = call.node.clock()
    return ballot.poll(await call.write(polls.vote, PollId(call.id()), params.choices, now=now), now)


ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/polls/:id", show, Auth.READER, "read:statuses", door=Door.REST),
    route("POST", "/api/v1/polls/:id/votes", vote, Auth.USER, "write:statuses", door=Door.REST, params=VoteParams),
)
