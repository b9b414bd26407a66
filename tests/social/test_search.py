"""Finding people and hashtags, and keeping one's place."""

import pytest

from social.errors import Invalid, Unauthorized
from social.feeds import markers, search
from social.people import accounts, relations
from social.people.accounts import ProfileChange
from social.policy import ANONYMOUS, Role
from storage.accounts import AccountKind
from storage.visibility import Visibility
from tests.world import World, one_pair


@pytest.fixture
async def group(world: World) -> World:
    """Everybody of the plant, and Bruno and another Amina of elsewhere."""
    for name in ("amina", "carla", "ines", "luc"):
        await world.person(name)
    await world.person("marc", role=Role.MODERATOR)
    await world.db.write(accounts.create_instance_actor, one_pair(), ids=world.ids, urls=world.urls, now=world.clock())
    await world.elsewhere("bruno")
    await world.elsewhere("amina", "filiale.example:8403", display_name="Amina Ortiz")
    await world.elsewhere("relay", kind=AccountKind.APPLICATION)
    return world


async def found(world: World, q: str, name: str = "luc", **asked: object) -> list[str]:
    rows = await world.db.read(
        search.people,
        world.viewer(name),
        q,
        **asked,  # type: ignore[arg-type]  # keywords of `people`
    )
    return [row.acct for row in rows]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        pytest.param("ami", ["amina", "amina@filiale.example:8403"], id="the beginning of a name, here first"),
        pytest.param("benali", ["amina"], id="a word of the name"),
        pytest.param("AMINA benali", ["amina"], id="two words in any case"),
        pytest.param("benali am", ["amina"], id="in any order"),
        pytest.param("ines", ["ines"], id="without its accent"),
        pytest.param("INÈS", ["ines"], id="with its accent"),
        pytest.param("maintenance", ["amina"], id="a job"),
        pytest.param("line 3", ["luc"], id="a job of two words"),
        pytest.param("mina", [], id="the middle of a word"),
        pytest.param("%", [], id="no word at all"),
        pytest.param("", [], id="nothing"),
        pytest.param("amina keller", [], id="words of two people"),
        pytest.param("@bruno@siege.example", ["bruno@siege.example"], id="a handle"),
        pytest.param("bruno@siege", ["bruno@siege.example"], id="the beginning of a handle"),
        pytest.param("@AMINA@filiale.example:8403", ["amina@filiale.example:8403"], id="with a port"),
        pytest.param("@amina@usine.example", ["amina"], id="a handle of this node"),
        pytest.param("@amina@usine.exam%", [], id="a wildcard is a letter"),
        pytest.param("@amina@nowhere.example", [], id="a handle of nowhere"),
        pytest.param("@amina", ["amina", "amina@filiale.example:8403"], id="a name as it is mentioned"),
        pytest.param("instance.actor", [], id="not the actor of the node"),
        pytest.param("relay", [], id="not those of others"),
    ],
)
async def test_people_are_found_by_the_beginnings_of_words(group: World, q: str, expected: list[str]) -> None:
    assert await found(group, q) == expected


async def test_whom_one_follows_comes_first_and_may_be_all(group: World) -> None:
    other = await group.db.read(accounts.by_name, ANONYMOUS, "amina", "filiale.example:8403")
    assert await found(group, "am") == ["amina", "amina@filiale.example:8403"]
    await group.follow("luc", other.id)
    assert await found(group, "am", following=True) == []
    await group.follow("luc", "carla")
    await group.follow("luc", "ines")
    assert await found(group, "carla", following=True) == ["carla"]
    assert await found(group, "amina", following=True) == []


async def test_results_are_cut_and_continued(group: World) -> None:
    assert await found(group, "amina", limit=1) == ["amina"]
    assert await found(group, "amina", limit=1, offset=1) == ["amina@filiale.example:8403"]
    assert await found(group, "amina", offset=2) == []


async def test_who_does_not_want_to_be_found_is_found_by_the_whole_name(group: World) -> None:
    hidden = ProfileChange(discoverable=False)
    await group.db.write(accounts.edit_profile, group.viewer("carla"), hidden, urls=group.urls, now=group.clock())
    assert await found(group, "ruiz") == []
    assert await found(group, "carl") == []
    assert await found(group, "carla") == ["carla"]
    assert await found(group, "@carla@usine.example") == ["carla"]
    assert await found(group, "ruiz", "carla") == ["carla"]
    await group.follow("luc", "carla")
    assert await found(group, "ruiz") == ["carla"]


async def test_the_suspended_are_not_found_and_a_new_name_is(group: World) -> None:
    await group.db.write(
        accounts.edit_profile,
        group.viewer("carla"),
        ProfileChange(display_name="Carla Vega"),
        urls=group.urls,
        now=group.clock(),
    )
    assert (await found(group, "vega"), await found(group, "ruiz")) == (["carla"], [])
    await group.db.write(accounts.suspend, group.viewer("marc"), group.id("carla"), now=group.clock())
    assert await found(group, "vega") == []


async def test_hashtags_are_found_by_their_beginning_and_only_from_public_posts(group: World) -> None:
    await group.say("amina", "#Maintenance and #Main")
    await group.say("amina", "#mainframe", visibility=Visibility.UNLISTED)
    await group.say("amina", "#maintien", visibility=Visibility.DIRECT)

    async def tags(q: str, name: str = "luc", **asked: int) -> list[str]:
        rows = await group.db.read(search.tags, group.viewer(name), q, **asked)
        return [row.display for row in rows]

    assert await tags("#main") == ["Main", "Maintenance"]
    assert await tags("MAINT") == ["Maintenance"]
    assert await tags("main", limit=1, offset=1) == ["Maintenance"]
    assert await tags("mai n") == []
    assert await tags("") == []
    await group.db.write(
        relations.block,
        group.viewer("amina"),
        group.id("luc"),
        ids=group.ids,
        urls=group.urls,
        now=group.clock(),
    )
    assert await tags("main") == []
    assert await tags("main", "carla") == ["Main", "Maintenance"]


async def test_a_place_in_a_timeline_is_kept_and_counted(group: World) -> None:
    viewer = group.viewer("amina")
    first = await group.db.write(markers.mark, viewer, "home", 7, now=group.clock())
    assert (first.last_read_id, first.version, first.updated_at) == (7, 1, group.clock())
    group.clock.pass_by(minutes=1)
    second = await group.db.write(markers.mark, viewer, "home", 9, now=group.clock())
    assert (second.last_read_id, second.version, second.updated_at) == (9, 2, group.clock())
    assert await group.db.read(markers.markers, viewer, ["home", "notifications"]) == [second]
    assert await group.db.read(markers.markers, group.viewer("luc"), ["home"]) == []
    assert await group.db.read(markers.markers, viewer, []) == []
    for timeline, last_read_id in (("public", 1), ("home", -1)):
        with pytest.raises(Invalid):
            await group.db.write(markers.mark, viewer, timeline, last_read_id, now=group.clock())
    with pytest.raises(Unauthorized):
        await group.db.read(markers.markers, ANONYMOUS, ["home"])
