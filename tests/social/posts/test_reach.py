"""What is said before a post is sent equals who may see it afterwards."""

from collections import Counter

import pytest

from social import peers, reading
from social.errors import NotFound
from social.people import received, relations
from social.policy import Viewer
from social.posts.reach import Reach, reach
from social.settings import Entity, GroupSettings, Settings
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import PostId
from storage.visibility import Visibility
from tests.world import DOMAIN, World

GROUP = GroupSettings(
    entities=tuple(
        Entity(id=name, name=name.title(), domain=domain)
        for name, domain in (("usine", DOMAIN), ("siege", "siege.example"), ("filiale", "filiale.example"))
    )
)
ON_SITES = ("", "siege.example", "filiale.example")


async def peopled(world: World) -> list[AccountRow]:
    """Three sites: people, a group, somebody blocked; followers here, on a site, and outside of the group."""
    here = [await world.person(name) for name in ("amina", "luc", "ines")]
    afar = {name: await world.elsewhere(name) for name in ("bruno", "marc", "paul")}
    afar["carla"] = await world.elsewhere("carla", "filiale.example", discoverable=False)
    afar["dan"] = await world.elsewhere("dan", "mastodon.example")
    await world.elsewhere("presse", kind=AccountKind.GROUP)
    await world.follow("luc", "amina")
    me = await world.row(world.id("amina"))
    for name in ("bruno", "dan", "paul"):
        uri = f"{afar[name].uri}#follow"
        await world.db.write(received.receive_follow, afar[name], me, uri, ids=world.ids, now=world.clock())
    await world.db.write(
        relations.block, world.viewer("amina"), afar["paul"].id, ids=world.ids, urls=world.urls, now=world.clock()
    )
    await world.db.write(peers.allow, None, "mastodon.example", now=world.clock())
    return [*[await world.row(id) for id in here], *afar.values()]


async def told(world: World) -> Reach:
    """What amina is told."""
    settings = Settings(node=world.settings.node, group=GROUP)
    return await world.db.read(reach, world.viewer("amina"), settings)


async def audit(world: World, people: list[AccountRow], post: PostId) -> dict[str, int]:
    """Who beside the author may see the post, by node."""

    def seen(tx: Tx, row: AccountRow) -> bool:
        try:
            return reading.post(tx, Viewer(account=row.id), post).shown.post.id == post
        except NotFound:
            return False

    found = [row.domain for row in people if row.id != world.id("amina") and await world.db.read(seen, row)]
    return dict(Counter(found))


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.UNLISTED])
async def test_the_people_of_the_group_are_those_who_may_see_it(world: World, visibility: Visibility) -> None:
    people = await peopled(world)
    said = await told(world)
    post = await world.say("amina", "La ligne 3 repart", visibility=visibility)
    found = await audit(world, [row for row in people if row.domain in ON_SITES], post)
    assert said.group == found == {"": 2, "siege.example": 2, "filiale.example": 1}
    assert said.outside == {"mastodon.example": 1}


async def test_the_followers_are_those_who_may_see_what_is_for_them(world: World) -> None:
    people = await peopled(world)
    said = await told(world)
    post = await world.say("amina", "Entre nous", visibility=Visibility.FOLLOWERS)
    assert said.followers == await audit(world, people, post) == {"": 1, "siege.example": 1, "mastodon.example": 1}


async def test_a_node_that_is_shut_out_is_left_out_by_name_and_not_counted(world: World) -> None:
    await peopled(world)
    await world.db.write(peers.deny, None, "siege.example", now=world.clock())
    said = await told(world)
    assert said.left_out == {"siege.example"}
    assert not said.reaches("siege.example")
    assert not said.reaches("below.siege.example")
    assert said.group == {"": 2, "filiale.example": 1}
    assert "siege.example" not in said.followers


async def test_it_is_one_statement(world: World) -> None:
    await world.person("amina")
    settings = Settings(node=world.settings.node, group=GROUP)
    assert await world.statements(reach, world.viewer("amina"), settings) == 1
