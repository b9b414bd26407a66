"""A community goes on as another one: who goes along, with what they wanted, and what the other one says of itself."""

from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from social import events, jobs
from social.communities import (
    auto,
    bans,
    bringing,
    membership,
    merging,
    pages,
    pages_received,
    standing,
    succession,
    topics,
)
from social.communities.pages_received import SaidPage
from social.communities.received import SaidCommunity
from social.people import faces, relations
from social.posts import media
from social.trust import group
from storage import accounts, communities, community_pages, community_rules, community_topics, memberships
from storage import jobs as job_rows
from storage import media as media_rows
from storage import relations as relation_rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import Entry, Posting
from storage.community_rules import RuleField, RuleId, RuleRow
from storage.ids import AccountId, MediaId, Millis
from storage.memberships import Level, MemberRole, MembershipRow, MemberState
from tests.social.communities.harbour import community, join
from tests.world import World, one_pair

PEOPLE = ("amina", "bruno", "carla", "ines", "luc")


@pytest.fixture
async def football(world: World) -> AccountId:
    """An open community: amina hosts, the others are members."""
    for name in PEOPLE:
        await world.person(name)
    id = await community(world, "amina")
    for name in PEOPLE[1:]:
        await join(world, name, id)
    return id


def going(world: World) -> dict[str, Any]:
    return {"ids": world.ids, "urls": world.urls, "now": world.clock()}


async def of(world: World, name: str, id: AccountId) -> MembershipRow | None:
    return await world.db.read(memberships.one, id, world.id(name))


async def wishes(world: World, name: str, id: AccountId) -> None:
    """Somebody wants a bell for each thread, and nothing in their home."""
    viewer = world.viewer(name)
    await world.db.write(membership.prefer, viewer, id, level=Level.ALL, muted=True, now=world.clock())
    await world.db.write(relations.follow, viewer, id, notify=True, boosts=False, **going(world))


async def keeps(world: World, name: str, id: AccountId) -> bool:
    own = await of(world, name, id)
    follow = await world.db.read(relation_rows.between, world.id(name), id)
    assert own is not None and follow is not None
    return (own.level, own.muted, follow.notify, follow.boosts) == (Level.ALL, True, True, False)


async def elsewhere(world: World, former: AccountId) -> AccountRow:
    """The community of another node that names this one."""
    uri = (await world.row(former)).uri
    return await world.elsewhere("tennis", kind=AccountKind.GROUP, aliases=(uri,), community=SaidCommunity())


async def test_a_block_of_one_person_stops_nobody_else(world: World, football: AccountId) -> None:
    other = await elsewhere(world, football)
    await world.db.write(relations.block, world.viewer("bruno"), other.id, **going(world))
    await wishes(world, "carla", football)
    await world.db.write(succession.move, world.viewer("amina"), football, other.id, **going(world))
    assert await of(world, "bruno", other.id) is None
    for name in ("amina", "carla", "ines", "luc"):
        own = await of(world, name, other.id)
        assert own is not None and own.state is MemberState.ASKED, name
    assert await keeps(world, "carla", other.id)


async def test_members_of_both_that_become_one_keep_what_they_wanted(world: World, football: AccountId) -> None:
    tennis = await community(world, "amina", "tennis")
    await join(world, "luc", tennis)
    for name in ("carla", "luc"):
        await wishes(world, name, football)
    await world.db.write(relations.block, world.viewer("bruno"), tennis, **going(world))
    await world.db.write(membership.ban, world.viewer("amina"), tennis, world.id("ines"), now=world.clock())
    await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **going(world))
    assert await keeps(world, "carla", tennis)
    assert not await keeps(world, "luc", tennis), "in the other one they had wishes of their own"
    assert await of(world, "bruno", tennis) is None
    own = await of(world, "ines", tennis)
    assert own is not None and own.state is MemberState.BANNED


async def test_members_come_in_lots_each_once_and_who_was_banned_stays_out(
    world: World, football: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 2)
    tennis = await community(world, "amina", "tennis")
    for name in ("bruno", "ines"):
        await world.db.write(membership.ban, world.viewer("amina"), football, world.id(name), now=world.clock())
    await world.happened()
    await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **going(world))
    first = await world.db.read(memberships.members, football, MemberState.MEMBER, 2**62, 0, 2)
    await world.db.write(bringing.carry, football, tennis, first[-1].account.id, **going(world))
    for name, state in (
        ("carla", MemberState.MEMBER),
        ("luc", MemberState.MEMBER),
        ("bruno", MemberState.BANNED),
        ("ines", MemberState.BANNED),
    ):
        own = await of(world, name, tennis)
        assert own is not None and own.state is state, name
    brought = [event.of for event in await world.happened() if isinstance(event, events.MemberBrought)]
    assert sorted(brought) == sorted(world.id(name) for name in ("amina", "carla", "luc"))


async def test_a_guest_goes_along_until_the_same_day(world: World, football: AccountId) -> None:
    tennis, until = await community(world, "amina", "tennis"), Millis(world.clock() + 1_000_000)
    await world.person("marc")
    await world.db.write(
        membership.invite, world.viewer("amina"), football, world.id("marc"), until=until, ids=world.ids,
        now=world.clock(),
    )  # fmt: skip
    await join(world, "marc", football)
    await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **going(world))
    own = await of(world, "marc", tennis)
    assert own is not None and (own.role, own.until) == (MemberRole.GUEST, until)


async def test_the_new_name_is_told_before_the_pages(world: World, football: AccountId) -> None:
    tennis = await community(world, "amina", "tennis")
    await world.db.write(pages.write, world.viewer("luc"), football, "Rules", "Seven", **going(world))
    await world.happened()
    await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **going(world))
    told = [
        event
        for event in await world.happened()
        if isinstance(event, events.ProfileChanged | events.CommunityPageWritten)
    ]
    kinds = [type(event) for event in told]
    assert kinds == [events.ProfileChanged, events.CommunityPageWritten, events.ProfileChanged]
    assert [told[0].by, told[2].by] == [tennis, football]


async def test_who_joins_the_first_of_three_is_in_the_last(world: World, football: AccountId) -> None:
    tennis, sport = await community(world, "amina", "tennis"), await community(world, "amina", "sport")
    uri = (await world.row(football)).uri
    await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **going(world))
    await world.db.write(merging.merge, world.viewer("amina"), tennis, sport, **going(world))
    await world.person("marc")
    assert await join(world, "marc", football) is MemberState.MEMBER
    own = await of(world, "marc", sport)
    assert own is not None and own.is_in
    assert uri in (await world.row(sport)).aliases.split(), "all names lead there"
    led = await world.db.read(standing.led, world.viewer("marc"), football)
    assert led.account.id == sport


async def test_what_is_adopted_says_what_the_former_one_said(world: World) -> None:
    await world.person("amina")
    said = SaidCommunity(
        entry=Entry.REQUEST,
        is_restricted=True,
        template="leisure",
        rules="<p>Be on time</p><p>Bring shoes</p>",
        welcome="<p>Hello!</p>",
        topics=("Matches", "Trips"),
    )
    former = await world.elsewhere(
        "football",
        kind=AccountKind.GROUP,
        display_name="Football",
        note_html="<p>We play.</p><p>On Fridays.</p>",
        language="fr",
        avatar_url="https://siege.example/ball.png",
        community=said,
    )
    picture = (await world.db.read(media.of_profile, await world.row(former.id)))["avatar"]
    fetched = msgspec.structs.replace(picture, file_key="ab/cd", mime="image/png", width=8, height=8)
    await world.db.write(media_rows.fetched, fetched)
    new = await world.db.write(succession.adopt, former.uri, "football", world.id("amina"), one_pair(), **going(world))
    known = await world.db.read(communities.known, new.id)
    assert known is not None
    account, row = known.account, known.community
    assert (account.note_source, account.note_html) == (
        "We play.\n\nOn Fridays.",
        "<p>We play.</p><p>On Fridays.</p>",
    )
    assert (row.rules_source, row.welcome_source) == ("Be on time\n\nBring shoes", "Hello!")
    assert (row.entry, row.posting, row.template) == (Entry.REQUEST, Posting.HOSTS, "leisure")
    assert account.language == "fr" and account.aliases.split() == [former.uri]
    kept = await world.db.read(community_topics.of, new.id)
    assert [topic.display for topic in kept] == ["Matches", "Trips"]
    shown = (await world.db.read(media.of_profile, account))["avatar"]
    assert shown.file_key == "ab/cd" and shown.id != picture.id and shown.token != picture.token
    await world.db.write(media.forget_by_id, picture.id, now=world.clock())
    assert (await world.db.read(media.of_profile, account))["avatar"].file_key == "ab/cd", "it is a copy"


async def test_a_picture_that_was_never_looked_at_is_fetched(world: World) -> None:
    await world.person("amina")
    former = await world.elsewhere(
        "football", kind=AccountKind.GROUP, avatar_url="https://siege.example/ball.png", community=SaidCommunity()
    )
    await world.db.write(faces.take_over, former, world.id("amina"), ids=world.ids, now=world.clock())
    copy = await world.db.read(accounts.pictures, world.id("amina"))
    assert copy.avatar_id is not None
    row = await world.db.read(media_rows.by_id, MediaId(copy.avatar_id))
    assert row is not None and row.remote_url == "https://siege.example/ball.png"


async def test_who_was_banned_is_not_in_after_a_handover_either(world: World) -> None:
    for name in ("amina", "luc"):
        await world.person(name)
    former = await world.elsewhere("football", kind=AccountKind.GROUP, community=SaidCommunity())
    known = await world.db.read(communities.known, former.id)
    assert known is not None
    await world.db.write(bans.shut_out, former.id, world.id("luc"), by=former.id, now=world.clock())
    new = await world.db.write(succession.adopt, former.uri, "football", world.id("amina"), one_pair(), **going(world))
    await world.db.write(succession.take, former.uri, new.id, **going(world))
    own = await of(world, "luc", new.id)
    assert own is not None and own.state is MemberState.BANNED


async def test_topics_that_the_new_one_has_are_not_doubled(world: World, football: AccountId) -> None:
    tennis = await community(world, "amina", "tennis")
    for id in (football, tennis):
        await world.db.write(topics.add, world.viewer("amina"), id, "Matches", now=world.clock())
    await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **going(world))
    assert len(await world.db.read(community_topics.of, tennis)) == 1


async def test_who_is_in_by_rule_stays_where_it_goes_on_before_that_says_its_rules(world: World) -> None:
    """The rules of the other one come with its document, or later."""
    await world.person("luc")
    former = await world.elsewhere("football", kind=AccountKind.GROUP, community=SaidCommunity())
    other = await world.elsewhere("tennis", kind=AccountKind.GROUP, aliases=(former.uri,), community=SaidCommunity())
    site = RuleRow(
        id=RuleId(world.ids.make()), community_id=former.id, field=RuleField.JOB, value="line 3", mandatory=True
    )
    await world.db.write(community_rules.insert, site)
    seat = MembershipRow(
        community_id=former.id,
        account_id=world.id("luc"),
        state=MemberState.MEMBER,
        by_rule=site.name,
        mandatory=site.name,
        created_at=world.clock(),
    )
    await world.db.write(memberships.put, seat)
    with patch.object(group, "domains", lambda tx, now: frozenset({"siege.example"})):
        await world.db.write(succession.take, former.uri, other.id, **going(world))
        await world.db.write(auto.look_at_all, auto.FIRST, **going(world))
        own = await of(world, "luc", other.id)
        assert own is not None and own.state is MemberState.ASKED and own.mandatory == site.name
        world.clock.pass_by(days=15)
        await world.db.write(auto.look_at_all, auto.FIRST, **going(world))
    assert await of(world, "luc", other.id) is None, "it has no such rule, as it turns out"


async def test_a_page_that_went_along_does_not_come_back_by_a_letter_that_is_late(world: World) -> None:
    bruno = await world.elsewhere("bruno")
    former = await world.elsewhere("football", kind=AccountKind.GROUP, community=SaidCommunity())
    other = await world.elsewhere("tennis", kind=AccountKind.GROUP, aliases=(former.uri,), community=SaidCommunity())
    first = SaidPage(
        uri=f"{bruno.uri}#pages/1", page=f"{bruno.uri}#pages/1", version=1, title="Rules", source="Seven",
        at=world.clock(),
    )  # fmt: skip
    second = msgspec.structs.replace(first, uri=f"{bruno.uri}#pages/2", version=2, source="Eight")

    async def told(said: SaidPage) -> bool:
        known = await world.db.read(communities.known, former.id)
        assert known is not None
        return await world.db.write(pages_received.told, known, bruno, said, **going(world))

    assert await told(first) and not await told(first)
    assert await world.db.write(merging.believed, former.uri, other.id, **going(world))
    assert not await told(first) and not await told(second)
    assert await world.db.read(community_pages.of, former.id) == []
    assert [page.version for page in await world.db.read(community_pages.of, other.id)] == [1]


async def test_of_three_a_node_hears_the_second_merge_before_the_first(world: World) -> None:
    await world.person("luc")
    first = await world.elsewhere("football", kind=AccountKind.GROUP, community=SaidCommunity())
    second = await world.elsewhere("tennis", kind=AccountKind.GROUP, aliases=(first.uri,), community=SaidCommunity())
    third = await world.elsewhere(
        "sport", kind=AccountKind.GROUP, aliases=(first.uri, second.uri), community=SaidCommunity()
    )
    seat = MembershipRow(
        community_id=first.id, account_id=world.id("luc"), state=MemberState.MEMBER, created_at=world.clock()
    )
    await world.db.write(memberships.put, seat)
    assert await world.db.write(merging.believed, second.uri, third.id, **going(world))
    assert await world.db.write(merging.believed, first.uri, second.id, **going(world))
    own = await of(world, "luc", third.id)
    assert own is not None and own.state is MemberState.ASKED
    assert await world.db.read(communities.former_of, third.id, world.id("luc")) == first.uri
    assert not await world.db.write(merging.believed, first.uri, third.id, **going(world)), "it is said already"


async def test_two_that_say_each_that_they_are_in_the_other_are_in_none(world: World) -> None:
    first = await world.elsewhere("football", kind=AccountKind.GROUP, community=SaidCommunity())
    second = await world.elsewhere("tennis", kind=AccountKind.GROUP, aliases=(first.uri,), community=SaidCommunity())
    await world.elsewhere("football", kind=AccountKind.GROUP, aliases=(second.uri,), community=SaidCommunity())
    assert await world.db.write(merging.believed, first.uri, second.id, **going(world))
    assert not await world.db.write(merging.believed, second.uri, first.id, **going(world))


async def test_what_is_said_last_is_asked_for_and_nothing_else(world: World) -> None:
    """A host that names a thousand communities has one of them asked."""
    for number in range(3):
        said = SaidCommunity(is_archived=True, merged_into=f"https://siege.example/users/{number}")
        await world.elsewhere("football", kind=AccountKind.GROUP, community=said)
    waiting = await world.db.write(job_rows.claim, ["believe_merge"], world.clock(), 60_000, 10)
    assert [jobs.read(row.arguments) for row in waiting] == [
        jobs.BelieveMerge(community=(await world.elsewhere("football")).uri, into="https://siege.example/users/2")
    ]


@pytest.mark.parametrize("way", ["moved", "merged", "stays"])
async def test_who_hosted_what_goes_on_elsewhere_is_known_though_they_have_left_it(world: World, way: str) -> None:
    """The word that they left may come before they do: they host the other one too."""
    host, other = "https://siege.example/users/bruno", "https://siege.example/c/2"
    said = SaidCommunity(hosts=(), merged_into=other if way == "merged" else "")
    with patch.object(group, "domains", lambda tx, now: frozenset({"siege.example"})):
        former = await world.elsewhere("football", kind=AccountKind.GROUP, community=SaidCommunity(hosts=(host,)))
        moved_to = other if way == "moved" else ""
        await world.elsewhere("football", kind=AccountKind.GROUP, community=said, moved_to=moved_to)
    known = await world.db.read(communities.known, former.id)
    assert known is not None and known.community.hosts == ("" if way == "stays" else host)
