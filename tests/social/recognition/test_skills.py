"""Skills: claimed, endorsed from any node of the group, shown by consent, found with their proofs."""

import pytest

from social import events
from social.errors import Invalid, NotFound, SocialError
from social.people import relations
from social.recognition import facts, skills
from social.recognition.facts import Facts, Given, Skill
from storage.days import Day
from storage.ids import AccountId
from storage.visibility import Visibility
from tests.world import World

SIEGE = "https://siege.example/users/bruno"


async def claims(world: World, name: str, skill: str) -> None:
    await world.db.write(skills.claim, world.viewer(name), skill, now=world.clock())


async def endorses(world: World, name: str, of: AccountId, skill: str = "soudure tig") -> None:
    await world.db.write(skills.endorse, world.viewer(name), of, skill, now=world.clock())


async def answers(world: World, name: str, by: AccountId, *, shown: bool = True) -> None:
    await world.db.write(skills.answer, world.viewer(name), by, "soudure tig", shown=shown, now=world.clock())


async def endorsers(world: World, of: AccountId, viewer: str = "luc") -> list[str]:
    found = await world.db.read(skills.of_person, world.viewer(viewer), of)
    return [row.by.username for one in found for row in one.endorsed]


async def known(world: World, q: str, viewer: str = "luc") -> list[tuple[str, list[str], int]]:
    found = await world.db.read(skills.who_knows, world.viewer(viewer), q, settings=world.settings, now=world.clock())
    return [(one.account.username, [skill.display for skill in one.skills], len(one.posts)) for one in found]


async def says(world: World, uri: str, **said: object) -> AccountId:
    """An actor of the headquarters says this of themselves."""
    name = uri.rpartition("/")[2]
    row = await world.elsewhere(name, facts=Facts(**said))  # type: ignore[arg-type]  # keywords of Facts
    return row.id


async def test_an_endorsement_is_shown_when_its_subject_agrees_and_no_longer_when_taken_back(group: World) -> None:
    await claims(group, "amina", "Soudure TIG")
    await endorses(group, "luc", group.id("amina"))
    assert await endorsers(group, group.id("amina")) == []
    [asked] = await group.db.read(skills.awaiting, group.viewer("amina"))
    assert asked.by.username == "luc"
    await answers(group, "amina", asked.by.id)
    assert await endorsers(group, group.id("amina")) == ["luc"]
    assert await group.db.read(skills.awaiting, group.viewer("amina")) == []
    await group.db.write(skills.take_back, group.viewer("luc"), group.id("amina"), "soudure tig", now=group.clock())
    assert await endorsers(group, group.id("amina")) == []


async def test_who_is_endorsed_can_refuse_and_change_their_mind(group: World) -> None:
    await claims(group, "amina", "Soudure TIG")
    await endorses(group, "luc", group.id("amina"))
    await answers(group, "amina", group.id("luc"), shown=False)
    assert await endorsers(group, group.id("amina")) == []
    await endorses(group, "luc", group.id("amina"))
    assert await group.db.read(skills.awaiting, group.viewer("amina")) == []
    await answers(group, "amina", group.id("luc"))
    assert await endorsers(group, group.id("amina")) == ["luc"]


async def test_what_is_no_endorsement_is_refused(group: World) -> None:
    await claims(group, "amina", "Soudure TIG")
    with pytest.raises(Invalid, match="own_skill"):
        await endorses(group, "amina", group.id("amina"))
    with pytest.raises(NotFound, match="skill"):
        await endorses(group, "luc", group.id("amina"), "chaudronnerie")
    with pytest.raises(NotFound, match="endorsement"):
        await answers(group, "amina", group.id("noor"))


async def test_nobody_endorses_whom_they_blocked_nor_who_blocked_them(group: World) -> None:
    await claims(group, "amina", "Soudure TIG")
    now = group.clock()
    await group.db.write(
        relations.block, group.viewer("amina"), group.id("luc"), ids=group.ids, urls=group.urls, now=now
    )
    with pytest.raises(SocialError):
        await endorses(group, "luc", group.id("amina"))


async def test_a_skill_that_is_removed_takes_its_endorsements_and_cannot_be_endorsed(group: World) -> None:
    await claims(group, "amina", "Soudure TIG")
    await endorses(group, "luc", group.id("amina"))
    await answers(group, "amina", group.id("luc"))
    await group.db.write(skills.remove, group.viewer("amina"), "soudure tig", now=group.clock())
    with pytest.raises(NotFound, match="skill"):
        await endorses(group, "noor", group.id("amina"))
    await claims(group, "amina", "Soudure TIG")
    assert await endorsers(group, group.id("amina")) == []


async def test_skills_are_claimed_once_whatever_their_accents_and_not_without_end(group: World) -> None:
    await claims(group, "amina", "Électricité")
    await claims(group, "amina", "electricite ")
    assert len(await group.db.read(skills.of_person, group.viewer("amina"), group.id("amina"))) == 1
    for wrong in ("", "!!!", "x" * 61):
        with pytest.raises(Invalid):
            await claims(group, "amina", wrong)
    for number in range(facts.MOST_SKILLS - 1):
        await claims(group, "amina", f"skill {number}")
    with pytest.raises(Invalid, match="too_many"):
        await claims(group, "amina", "one more")


async def test_an_endorsement_of_another_node_asks_and_what_we_tell_of_it_names_who_said_so(group: World) -> None:
    amina = await group.row(group.id("amina"))
    await claims(group, "amina", "Soudure TIG")
    bruno = await says(group, SIEGE, given=(Given(of=amina.uri, skill="soudure TIG"),))
    [asked] = await group.db.read(skills.awaiting, group.viewer("amina"))
    assert asked.by.id == bruno
    await answers(group, "amina", bruno)
    told = (await group.db.read(facts.of, [amina]))[amina.id]
    assert told.skills == (Skill(name="Soudure TIG", endorsers=(SIEGE,)),)
    await says(group, SIEGE, given=())
    assert await endorsers(group, amina.id) == []


async def test_an_endorsement_of_another_node_of_a_skill_that_was_removed_is_dropped(group: World) -> None:
    amina = await group.row(group.id("amina"))
    await claims(group, "amina", "Soudure TIG")
    await group.db.write(skills.remove, group.viewer("amina"), "soudure tig", now=group.clock())
    await says(group, SIEGE, given=(Given(of=amina.uri, skill="soudure TIG"),))
    await claims(group, "amina", "Soudure TIG")
    assert await group.db.read(skills.awaiting, group.viewer("amina")) == []


async def test_between_two_other_nodes_an_endorsement_counts_when_both_have_said_it_in_either_order(
    group: World,
) -> None:
    carla = "https://siege.example/users/carla"
    claimed = Skill(name="Soudure TIG", endorsers=(SIEGE,))
    of = await says(group, carla, skills=(claimed,))
    assert await endorsers(group, of) == [], "the word of the node of whom it praises is not enough"
    await says(group, SIEGE, given=(Given(of=carla, skill="Soudure TIG"),))
    assert await endorsers(group, of) == ["bruno"]
    await says(group, carla, skills=(Skill(name="Soudure TIG"),))
    assert await endorsers(group, of) == []
    await says(group, carla, skills=(claimed,))
    assert await endorsers(group, of) == ["bruno"]


async def test_of_a_node_that_is_not_of_the_group_nothing_is_kept(group: World) -> None:
    said = Facts(skills=(Skill(name="Soudure TIG"),), birthday=Day(3, 14))
    row = await group.elsewhere("mallory", "stranger.example", facts=said)
    assert await group.db.read(skills.of_person, group.viewer("luc"), row.id) == []
    assert await known(group, "soudure") == []


async def test_who_knows_finds_people_by_the_skill_and_by_what_they_wrote_and_shows_the_posts(group: World) -> None:
    await claims(group, "amina", "Soudure TIG")
    carla = "https://siege.example/users/carla"
    await says(group, carla, skills=(Skill(name="soudure tig inox"),))
    await group.say("noor", "La #soudure TIG de la ligne 3 tient, voici comment.")
    await group.say("noor", "Rien à voir.")
    await group.settle()
    assert await known(group, "Soudure TIG") == [
        ("amina", ["Soudure TIG"], 0),
        ("carla", ["soudure tig inox"], 0),
        ("noor", [], 1),
    ]
    assert await known(group, "inox soud") == [("carla", ["soudure tig inox"], 0)]
    assert await known(group, "plomberie") == []
    assert await known(group, "%") == []


async def test_posts_that_one_may_not_see_prove_nothing(group: World) -> None:
    await group.say("noor", "Soudure au plomb, entre nous.", visibility=Visibility.FOLLOWERS)
    await group.settle()
    assert await known(group, "soudure") == []
    assert await known(group, "soudure", viewer="noor") == [("noor", [], 1)]


async def test_what_is_claimed_is_told_to_the_group(group: World) -> None:
    await claims(group, "amina", "Soudure TIG")
    [event] = await group.happened()
    assert isinstance(event, events.ProfileChanged)
    await claims(group, "amina", "Soudure TIG")
    assert await group.happened() == []
