"""Days that colleagues know, the first days of a newcomer, and what stands on the first page of a home."""

import datetime

import msgspec
import pytest

from social import events
from social.communities import communities, membership
from social.communities.communities import NewCommunity
from social.errors import Invalid
from social.people import relations
from social.recognition import days, facts, skills, subscriber, welcome
from social.recognition.facts import Facts
from social.settings import RecognitionSettings
from social.trust import manifests, node_keys
from social.trust.manifest import Member, made, signed
from storage.communities import Entry
from storage.days import Day
from storage.ids import Millis
from tests.social.recognition.conftest import FILIALE, SIEGE
from tests.world import DOMAIN, World, one_pair


def moment(year: int, month: int, day: int, hour: int = 12) -> Millis:
    return Millis(int(datetime.datetime(year, month, day, hour, tzinfo=datetime.UTC).timestamp() * 1000))


async def keeps(world: World, name: str, month: int, day: int, kind: str = "birthday") -> None:
    await world.db.write(days.keep, world.viewer(name), kind, month, day, now=world.clock())


async def today(world: World, name: str, now: Millis) -> list[tuple[str, str]]:
    found = await world.db.read(days.today, world.viewer(name), "Europe/Paris", now=now)
    return [(one.kind.value, one.username or one.word) for one in found]


async def test_a_day_is_shown_on_the_day_and_to_whom_it_is_not_one_s_own(group: World) -> None:
    await keeps(group, "amina", 3, 14)
    await keeps(group, "luc", 3, 14, "anniversary")
    assert await today(group, "noor", moment(2026, 3, 14)) == [("birthday", "amina"), ("anniversary", "luc")]
    assert await today(group, "amina", moment(2026, 3, 14)) == [("anniversary", "luc")]
    assert await today(group, "noor", moment(2026, 3, 13)) == []
    assert await today(group, "noor", moment(2026, 3, 13, 23)) != [], "past midnight in Paris"
    await keeps(group, "amina", 0, 0)
    assert await today(group, "noor", moment(2026, 3, 14)) == [("anniversary", "luc")]


async def test_the_29th_of_february_is_kept_on_the_28th_in_a_year_without_one(group: World) -> None:
    await keeps(group, "amina", 2, 29)
    assert await today(group, "noor", moment(2027, 2, 28)) == [("birthday", "amina")]
    assert await today(group, "noor", moment(2028, 2, 28)) == []
    assert await today(group, "noor", moment(2028, 2, 29)) == [("birthday", "amina")]


async def test_however_much_is_said_of_somebody_the_days_of_others_are_shown(group: World) -> None:
    for skill in (f"Soudure {number}" for number in range(13)):
        await group.db.write(skills.claim, group.viewer("noor"), skill, now=group.clock())
        given = (group.viewer("luc"), group.id("noor"), facts.key(skill))
        await group.db.write(skills.endorse, *given, now=group.clock.pass_by(minutes=1))
    await keeps(group, "amina", 3, 14)
    found = await today(group, "noor", moment(2026, 3, 14))
    assert found == [("endorsed", "luc")] * 3 + [("birthday", "amina")]
    said = (group.viewer("noor"), group.id("luc"), facts.key("Soudure 0"))
    await group.db.write(skills.answer, *said, shown=False, now=group.clock())
    assert len(await today(group, "noor", moment(2026, 3, 14))) == 4, "the next one is asked"


async def test_what_is_no_day_is_refused(group: World) -> None:
    for month, day in ((2, 30), (13, 1), (4, 31), (0, 5), (1, 0), (-1, -1)):
        with pytest.raises(Invalid):
            await keeps(group, "amina", month, day)
    with pytest.raises(Invalid):
        await keeps(group, "amina", 1, 1, "wedding")


async def test_days_of_other_nodes_of_the_group_are_shown_but_not_of_whom_one_blocked(group: World) -> None:
    bruno = await group.elsewhere("bruno", facts=Facts(birthday=Day(3, 14)))
    assert await today(group, "noor", moment(2026, 3, 14)) == [("birthday", "bruno")]
    urls, ids, now = group.urls, group.ids, group.clock()
    await group.db.write(relations.block, group.viewer("noor"), bruno.id, ids=ids, urls=urls, now=now)
    assert await today(group, "noor", moment(2026, 3, 14)) == []
    await group.elsewhere("bruno", facts=Facts())
    assert await today(group, "luc", moment(2026, 3, 14)) == []


async def test_of_a_node_that_left_the_group_nothing_is_kept(group: World) -> None:
    said = Facts(birthday=Day(3, 14), skills=(facts.Skill(name="Soudure TIG"),))
    bruno = await group.elsewhere("bruno", facts=said)
    own = await group.db.write(node_keys.node_key, now=group.clock())
    now = group.clock.pass_by(days=1)
    entities = [
        Member(id="usine", name="Usine", domain=DOMAIN, keys=(own.public,)),
        Member(id="filiale", name="Filiale", domain="filiale.example", keys=(FILIALE.public,)),
    ]
    new = made(group="Armor", version=2, starts_at=now, threshold=2, entities=entities)
    new = signed(signed(signed(new, "usine", own), "filiale", FILIALE), "siege", SIEGE)
    await group.db.write(manifests.take, new.text, now=now)
    await group.db.write(manifests.enter, DOMAIN, now=now)
    assert await today(group, "noor", moment(2027, 3, 14)) == []
    assert await group.db.read(skills.of_person, group.viewer("noor"), bruno.id) == []


async def test_a_newcomer_meets_those_with_whom_they_share_work_or_skill_before_the_others(group: World) -> None:
    await begun(group, "amina")
    for name in ("luc", "amina"):
        await group.db.write(skills.claim, group.viewer(name), "Soudure TIG", now=group.clock())
    await group.elsewhere("bruno", facts=facts.NOTHING, discoverable=True)
    near = await group.db.read(welcome.near, group.viewer("amina"), now=group.clock())
    assert [(row.account.username, row.near, row.skill) for row in near] == [
        ("luc", True, "Soudure TIG"),
        ("noor", True, ""),
    ]
    assert ("welcome", "") in await today(group, "amina", group.clock())
    await group.db.write(welcome.done, group.viewer("amina"), now=group.clock())
    assert await today(group, "amina", group.clock()) == []


async def test_communities_are_suggested_by_what_they_share_and_closed_ones_tell_nothing_of_who_is_in(
    group: World,
) -> None:
    made = {}
    for name, entry in (("foot", Entry.OPEN), ("cse", Entry.REQUEST), ("comite", Entry.HIDDEN)):
        new = NewCommunity(username=name, keys=one_pair(), display_name=name, entry=entry)
        made[name] = await group.db.write(
            communities.create, group.viewer("luc"), new, ids=group.ids, urls=group.urls, now=group.clock()
        )

    async def suggested() -> list[tuple[str, bool]]:
        found = await group.db.read(welcome.places, group.viewer("amina"), now=group.clock())
        return [(row.account.username, row.near) for row in found]

    assert await suggested() == [("foot", True)]
    await group.db.write(
        membership.join, group.viewer("amina"), made["foot"].id, ids=group.ids, urls=group.urls, now=group.clock()
    )
    assert await suggested() == []


async def begun(world: World, name: str, greeter: str = "luc") -> None:
    """The first days of somebody begin, twice told."""
    settings = msgspec.structs.replace(world.settings, recognition=RecognitionSettings(greeter=greeter))
    event = events.AccountJoined(by=world.id(name), at=world.clock())
    for _ in range(2):
        await world.db.write(subscriber.apply, event, world.clock(), settings=settings)


async def greeted(world: World, name: str, greeter: str = "luc") -> bool:
    settings = msgspec.structs.replace(world.settings, recognition=RecognitionSettings(greeter=greeter))
    context = msgspec.structs.replace(world.context, settings=settings)
    return await world.db.write(welcome.greet, world.id(name), "Bienvenue %(name)s", context=context, now=world.clock())


async def test_a_newcomer_is_greeted_once_by_whom_the_site_chose(group: World) -> None:
    await begun(group, "amina")
    await group.happened()
    assert await greeted(group, "amina")
    assert not await greeted(group, "amina")
    assert len(await group.happened()) == 1


async def test_who_would_rather_not_is_not_greeted(group: World) -> None:
    await begun(group, "amina")
    await group.db.write(welcome.set_silent, group.viewer("amina"), silent=True)
    assert not await greeted(group, "amina")
    assert not await greeted(group, "noor"), "who was here before"
    await begun(group, "noor")
    assert not await greeted(group, "noor", greeter="nobody")


def test_a_greeting_waits_for_the_morning_of_a_weekday() -> None:
    friday = moment(2026, 11, 27, 22)
    monday = datetime.datetime.fromtimestamp(welcome.morning_after(friday, "Europe/Paris") / 1000, datetime.UTC)
    assert monday.isoformat() == "2026-11-30T08:30:00+00:00"
