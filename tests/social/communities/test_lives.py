"""The life of a community: pages that members write together, silence, and becoming part of another."""

from typing import Any

import pytest

from social import events, exports, reading
from social.communities import bringing, communities, front, membership, merging, nodes, pages, quiet
from social.communities import reading as community_reading
from social.errors import Conflict, Forbidden, NotFound
from social.feeds import notifications
from social.governance import states
from social.paging import FIRST
from social.people import received
from social.policy import Role
from storage import memberships
from storage.communities import CommunityState, Entry
from storage.community_pages import PageRow
from storage.ids import AccountId
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.notifications import Kind
from tests.social.communities.harbour import community, join
from tests.world import World


@pytest.fixture
async def football(world: World) -> AccountId:
    """An open community: amina hosts, luc is a member, carla is none."""
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    id = await community(world, "amina")
    await join(world, "luc", id)
    return id


async def begin(world: World, name: str, id: AccountId, title: str) -> PageRow:
    row = await world.db.write(
        pages.write, world.viewer(name), id, title, "Le jeudi", ids=world.ids, urls=world.urls, now=world.clock()
    )
    assert row is not None
    return row


async def change(world: World, name: str, id: AccountId, slug: str, words: str, version: int) -> PageRow:
    row = await world.db.write(
        pages.change,
        world.viewer(name),
        id,
        slug,
        "Règles du jeu",
        words,
        version=version,
        ids=world.ids,
        urls=world.urls,
        now=world.clock(),
    )
    assert row is not None
    return row


def merges(world: World) -> dict[str, Any]:
    return {"ids": world.ids, "urls": world.urls, "now": world.clock()}


async def state(world: World, id: AccountId) -> CommunityState:
    return (await world.db.read(front.view, world.viewer("amina"), id)).community.state


async def test_members_write_a_page_together_and_every_version_stays(world: World, football: AccountId) -> None:
    page = await begin(world, "amina", football, "Règles du jeu")
    assert (page.slug, page.version) == ("regles-du-jeu", 1)
    await change(world, "luc", football, page.slug, "Le <b>mardi</b>", 1)
    kept = await world.db.read(pages.history, world.viewer("carla"), football, page.slug)
    assert [(one.version, one.author_id) for one in kept] == [(2, world.id("luc")), (1, world.id("amina"))]
    assert "<b>" not in kept[0].html and "mardi" in kept[0].html
    assert (await change(world, "luc", football, page.slug, "Le <b>mardi</b>", 2)).version == 2


async def test_of_two_who_write_at_once_the_second_is_told(world: World, football: AccountId) -> None:
    page = await begin(world, "amina", football, "Règles du jeu")
    await change(world, "luc", football, page.slug, "Le mardi", 1)
    with pytest.raises(Conflict) as told:
        await change(world, "amina", football, page.slug, "Le lundi", 1)
    assert told.value.code == "page_changed"
    now = await world.db.read(pages.page, world.viewer("amina"), football, page.slug)
    assert now.source == "Le mardi"
    with pytest.raises(Conflict):
        await begin(world, "amina", football, "Regles du JEU")


async def test_others_write_no_page_and_of_a_closed_community_read_none(world: World, football: AccountId) -> None:
    page = await begin(world, "amina", football, "Règles du jeu")
    for name in ("carla", "luc"):
        if name == "carla":
            with pytest.raises(Forbidden):
                await change(world, name, football, page.slug, "x", 1)
        with pytest.raises(Forbidden):
            await world.db.write(pages.drop, world.viewer(name), football, page.slug, now=world.clock())
    closed = await community(world, "amina", "safety", entry=Entry.REQUEST)
    await begin(world, "amina", closed, "Casques")
    with pytest.raises(Forbidden):
        await world.db.read(pages.page, world.viewer("carla"), closed, "casques")
    await world.db.write(pages.drop, world.viewer("amina"), football, page.slug, now=world.clock())
    with pytest.raises(NotFound):
        await world.db.read(pages.page, world.viewer("amina"), football, page.slug)


async def test_after_ninety_days_of_silence_hosts_are_asked_then_it_is_archived(
    world: World, football: AccountId
) -> None:
    await world.say("luc", "Match", community=football)
    world.clock.pass_by(days=89)
    await world.db.write(quiet.ask_hosts, world.clock())
    assert not [event for event in await world.happened() if isinstance(event, events.CommunityQuiet)]
    world.clock.pass_by(days=2)
    for _ in range(2):
        await world.db.write(quiet.ask_hosts, world.clock())
    await world.settle()
    told = await world.db.read(notifications.notifications, world.viewer("amina"), FIRST, now=world.clock())
    assert [one.kind for one in told][:1] == [Kind.COMMUNITY_QUIET]
    world.clock.pass_by(days=13)
    await world.db.write(quiet.ask_hosts, world.clock())
    assert await state(world, football) is CommunityState.ACTIVE
    world.clock.pass_by(days=2)
    await world.db.write(quiet.ask_hosts, world.clock())
    assert await state(world, football) is CommunityState.ARCHIVED


async def test_a_host_who_says_that_it_lives_or_a_post_keeps_it(world: World, football: AccountId) -> None:
    other = await community(world, "amina", "tennis")
    world.clock.pass_by(days=91)
    await world.db.write(quiet.ask_hosts, world.clock())
    await world.db.write(quiet.answer, world.viewer("amina"), football, now=world.clock())
    await world.say("amina", "Me voilà", community=other)
    world.clock.pass_by(days=20)
    await world.db.write(quiet.ask_hosts, world.clock())
    assert await state(world, football) is CommunityState.ACTIVE
    assert await state(world, other) is CommunityState.ACTIVE
    with pytest.raises(Forbidden):
        await world.db.write(quiet.answer, world.viewer("luc"), football, now=world.clock())


async def test_where_no_host_lives_here_who_moderates_is_asked_and_else_who_administers(
    world: World, football: AccountId
) -> None:
    """A community whose hosts live at other sites is asked as any other, and not archived over everybody's head."""
    await world.person("boss", role=Role.ADMIN)
    afar = await world.elsewhere("hans")
    amina, tennis = world.viewer("amina"), await community(world, "amina", "tennis")
    await join(world, "luc", tennis)
    for id, role in ((football, MemberRole.MODERATOR), (tennis, MemberRole.MEMBER)):
        row = MembershipRow(
            community_id=id,
            account_id=afar.id,
            state=MemberState.MEMBER,
            role=MemberRole.HOST,
            created_at=world.clock(),
        )
        await world.db.write(memberships.put, row)
        await world.db.write(membership.set_role, amina, id, world.id("luc"), role, now=world.clock())
        await world.db.write(communities.hand_over, amina, id, afar.id, now=world.clock())
    world.clock.pass_by(days=91)
    await world.db.write(quiet.ask_hosts, world.clock())
    for name, asked in (("amina", []), ("luc", [football]), ("boss", [tennis])):
        await world.settle()
        told = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
        assert [one.sender.id for one in told if one.kind is Kind.COMMUNITY_QUIET] == asked, name
    for name, id in (("amina", football), ("luc", tennis)):
        with pytest.raises(Forbidden):
            await world.db.write(quiet.answer, world.viewer(name), id, now=world.clock())
    await world.db.write(quiet.answer, world.viewer("luc"), football, now=world.clock())
    await world.db.write(quiet.answer, world.viewer("boss"), tennis, now=world.clock())
    world.clock.pass_by(days=15)
    await world.db.write(quiet.ask_hosts, world.clock())
    assert await state(world, football) is await state(world, tennis) is CommunityState.ACTIVE


async def test_of_two_that_become_one_both_addresses_go_on_working(world: World, football: AccountId) -> None:
    tennis = await community(world, "amina", "tennis")
    for name in ("bruno", "ines"):
        await world.person(name)
    await join(world, "ines", football)
    await world.db.write(membership.ban, world.viewer("amina"), football, world.id("bruno"), now=world.clock())
    post = await world.say("luc", "Match", community=football)
    await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **merges(world))
    for _ in range(2):
        await world.db.write(bringing.carry, football, tennis, **merges(world))
    for name, expected in (("luc", MemberState.MEMBER), ("ines", MemberState.MEMBER), ("bruno", MemberState.BANNED)):
        own = await world.db.read(memberships.one, tennis, world.id(name))
        assert own is not None and own.state is expected, name
    listed = await world.db.read(community_reading.post_ids, world.viewer("carla"), football, FIRST, now=world.clock())
    assert listed == [post]
    assert await join(world, "carla", football) is MemberState.MEMBER
    own = await world.db.read(memberships.one, tennis, world.id("carla"))
    assert own is not None and own.is_in
    with pytest.raises(Forbidden):
        await world.say("luc", "Encore", community=football)
    with pytest.raises(Conflict):
        await world.db.write(merging.merge, world.viewer("amina"), football, tennis, **merges(world))


async def test_only_who_hosts_both_makes_one_of_them(world: World, football: AccountId) -> None:
    own = await community(world, "luc", "tennis")
    for name in ("luc", "amina"):
        with pytest.raises(Forbidden):
            await world.db.write(merging.merge, world.viewer(name), football, own, **merges(world))


async def test_a_community_without_hosts_gets_one_from_who_administers(world: World, football: AccountId) -> None:
    await world.person("boss", role=Role.ADMIN)
    appoint = {"ids": world.ids, "now": world.clock()}
    with pytest.raises(Conflict):
        await world.db.write(communities.appoint, world.viewer("boss"), football, world.id("luc"), **appoint)  # type: ignore[arg-type]
    await world.db.write(states.leave, world.viewer("amina"), now=world.clock())
    with pytest.raises(Forbidden):
        await world.db.write(communities.appoint, world.viewer("luc"), football, world.id("luc"), **appoint)  # type: ignore[arg-type]
    await world.db.write(communities.appoint, world.viewer("boss"), football, world.id("luc"), **appoint)  # type: ignore[arg-type]
    view = await world.db.read(front.view, world.viewer("luc"), football)
    assert [host.username for host in view.hosts] == ["luc"]


async def test_what_somebody_takes_along_names_their_communities(world: World, football: AccountId) -> None:
    closed = await community(world, "amina", "safety", entry=Entry.REQUEST)
    await join(world, "luc", closed)
    taken = await world.db.read(exports.written, world.viewer("luc"), "communities", urls=world.urls)
    assert [line.split(",")[:2] for line in taken.splitlines()[1:]] == [["football@usine.example", "member"]]


async def test_a_hidden_community_is_not_told_by_a_link(world: World, football: AccountId) -> None:
    await community(world, "amina", "aurore", entry=Entry.HIDDEN)
    post = await world.say("carla", "@aurore et @football ?")
    view = await world.db.read(reading.post, world.viewer("carla"), post)
    assert [one.username for one in view.mentions] == ["football"]
    assert "@aurore" in view.post.html and "/@aurore" not in view.post.html


async def test_the_list_of_member_nodes_counts_those_of_the_node_that_keeps_it(
    world: World, football: AccountId
) -> None:
    bruno = await world.elsewhere("bruno")
    account = await world.row(football)
    uri = f"{bruno.uri}#follows/9"
    await world.db.write(received.receive_follow, bruno, account, uri, ids=world.ids, now=world.clock())
    assert await world.db.write(nodes.recount, football, now=world.clock())
    listed = await world.db.read(nodes.of, football)
    assert [(row.host, row.members) for row in listed] == [("siege.example", 1), ("usine.example", 2)]
    assert not await world.db.write(nodes.recount, football, now=world.clock())
    await join(world, "carla", football)
    assert await world.db.write(nodes.recount, football, now=world.clock())
