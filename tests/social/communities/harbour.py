"""Communities on a world of one node, made and joined by the network's own commands."""

from social.communities import communities, membership
from social.communities.communities import NewCommunity
from storage.ids import AccountId
from storage.memberships import MemberState
from tests.world import World, one_pair


async def community(world: World, host: str, username: str = "football", **said: object) -> AccountId:
    """A community with `host` as its host; keywords are those of `NewCommunity`."""
    new = NewCommunity(username=username, keys=one_pair(), **said)  # type: ignore[arg-type]  # checked where it is used
    made = await world.db.write(
        communities.create, world.viewer(host), new, ids=world.ids, urls=world.urls, now=world.clock()
    )
    return made.id


async def join(world: World, name: str, id: AccountId, **said: object) -> MemberState:
    """Somebody here joins, or asks to."""
    return await world.db.write(
        membership.join,
        world.viewer(name),
        id,
        ids=world.ids,
        urls=world.urls,
        now=world.clock(),
        **said,  # type: ignore[arg-type]  # checked where it is used
    )


async def let_in(world: World, host: str, name: str, id: AccountId) -> None:
    """A moderator agrees to a request."""
    await world.db.write(
        membership.answer_request, world.viewer(host), id, world.id(name), accept=True, now=world.clock()
    )
