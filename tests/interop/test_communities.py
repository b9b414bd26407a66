"""Communities between three real nodes: joined from another node, written in while their host is away, moderated.

The football community lives at `usine`; people of `siege` and `filiale` are in it.
"""

from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from social.clock import HOUR
from social.communities import keeping, membership, moderation, succession, topics
from social.errors import Forbidden
from social.governance import states
from social.policy import Role
from social.trust import manifests, node_keys
from social.trust.manifest import Member, Succession, made, signed
from storage import accounts, memberships
from storage import posts as post_rows
from storage.communities import Entry
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole
from tests.conftest import PostgresPool
from tests.interop.football import Armor, founded, has
from tests.interop.test_polls import Ahead
from tests.nodes import eventually, settled
from tests.sites import Person, Refused, Site
from tests.social.pictures import encoded, workshop
from tests.world import one_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOCK = Ahead()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def armor(tmp_path_factory: pytest.TempPathFactory, postgres_pool: PostgresPool) -> AsyncIterator[Armor]:
    """Two keep their rows in SQLite, and the host of the communities in PostgreSQL."""
    async with founded(tmp_path_factory.mktemp("armor"), postgres_pool, "usine", clock=CLOCK) as made:
        yield made


async def test_a_newcomer_joins_from_the_own_node_and_posts(armor: Armor) -> None:
    football = await armor.found()
    rules = await armor.says("amina", football, "Bring your gloves")
    amina, written = armor.people["amina"][1], await armor.usine.read(post_rows.by_uri, rules)
    assert written is not None
    await armor.usine.write(moderation.stick, amina.viewer, written.id, now=armor.usine.clock())
    id = await armor.knows("amina", football)
    await armor.usine.write(topics.add, amina.viewer, id, "Matches", now=armor.usine.clock())
    for name in ("bruno", "carla"):
        await armor.joins(name, football)
    await settled(*armor.sites)
    await armor.says("carla", football, "Who plays on Friday?", topic="matches")
    await settled(*armor.sites)
    assert [(row.sticky, row.topic) for row in (await armor.equal(football)).posts] == [(False, "matches"), (True, "")]
    await armor.lists(football, armor.siege, armor.filiale)
    for name in ("amina", "bruno", "carla"):
        assert "<p>Who plays on Friday?</p>" in await armor.reads(name, football)
    await armor.joins("javier", football)

    async def is_told() -> bool:
        return (armor.filiale.host, 2) in (await armor.view(armor.siege, football)).nodes

    await eventually(is_told, why="whoever comes later is counted everywhere")


async def test_while_the_host_is_away_members_of_other_nodes_talk_and_its_order_counts_when_it_returns(
    armor: Armor,
) -> None:
    football = await armor.with_members("bruno", "carla")
    before = await armor.says("amina", football, "Welcome")
    await armor.equal(football)
    away = armor.apart(armor.usine)
    first = await armor.says("carla", football, "Is anybody there?")
    await eventually(lambda: has(armor.siege, first))
    answer = await armor.says("bruno", football, "I am", parent=first)
    await eventually(lambda: has(armor.filiale, answer))
    assert len(await armor.reads("bruno", football)) == 2
    waiting = await armor.view(armor.siege, football)
    assert [row.uri for row in waiting.posts if row.place is None] == [answer, first]
    assert not await has(armor.usine, first)
    await armor.mend(away)
    view = await armor.equal(football)
    assert {row.uri for row in view.posts} == {before, first, answer}
    assert [row.place for row in view.posts] == sorted((row.place or 0 for row in view.posts), reverse=True)


async def test_what_moderators_of_another_node_do_is_so_everywhere(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    posts = [await armor.says("carla", football, f"Line {number}") for number in range(4)]
    await armor.equal(football)
    await armor.moderator("bruno", football)
    site, bruno = armor.people["bruno"]
    ids = [await armor.id(site, uri) for uri in posts]
    await site.write(moderation.remove, bruno.viewer, ids[0], "rude", now=site.clock())
    await site.write(moderation.lock, bruno.viewer, ids[1], now=site.clock())
    await site.write(moderation.stick, bruno.viewer, ids[2], now=site.clock())
    await site.write(moderation.remove, bruno.viewer, ids[3], "no", now=site.clock())
    await site.write(moderation.restore, bruno.viewer, ids[3], now=site.clock())
    await settled(*armor.sites)
    view = await armor.equal(football)
    assert [(row.is_removed, row.locked, row.sticky) for row in reversed(view.posts)] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, False),
    ]
    assert len(view.chairs) == 2
    assert await armor.reads("amina", football) == ["<p>Line 3</p>", "<p>Line 1</p>"], "what is on top stands apart"


async def test_the_act_of_a_moderator_who_was_demoted_while_away_is_undone(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    post = await armor.says("carla", football, "We lost")
    await armor.equal(football)
    await armor.moderator("bruno", football)
    away = armor.apart(armor.siege)
    await armor.moderator("bruno", football, MemberRole.MEMBER, wait=False)
    site, bruno = armor.people["bruno"]
    await site.write(moderation.remove, bruno.viewer, await armor.id(site, post), "mine", now=site.clock())
    await site.write(moderation.lock, bruno.viewer, await armor.id(site, post), now=site.clock())
    assert await armor.reads("bruno", football) == []
    await armor.mend(away)
    view = await armor.equal(football)
    assert [(row.is_removed, row.locked) for row in view.posts] == [(False, False)]


async def test_whoever_was_put_out_while_away_writes_for_nobody(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    await armor.equal(football)
    away = armor.apart(armor.usine)
    host, amina = armor.people["amina"]
    id = await armor.knows("amina", football)
    of = await host.read(accounts.by_uri, armor.uri("carla"))
    assert of is not None
    await host.write(membership.ban, amina.viewer, id, of.id, "rude", now=host.clock())
    post = await armor.says("carla", football, "And I say")
    await eventually(lambda: has(armor.siege, post))
    assert await armor.reads("bruno", football) != []
    await armor.mend(away)
    await eventually(lambda: _is_empty(armor, "bruno", football))
    assert await armor.reads("amina", football) == []
    with pytest.raises(Forbidden):
        await armor.says("carla", football, "Again")


async def test_a_closed_community_is_asked_to_come_in_and_read_by_its_members_alone(armor: Armor) -> None:
    football = await armor.found(entry=Entry.REQUEST)
    host, amina = armor.people["amina"]
    await armor.joins("carla", football, "I play since 1998")
    await settled(*armor.sites)
    id = await armor.knows("amina", football)
    asked = await host.read(_asked, id)
    assert [(row.account.uri, row.membership.reason) for row in asked] == [(armor.uri("carla"), "I play since 1998")]
    await host.write(membership.answer_request, amina.viewer, id, asked[0].account.id, accept=True, now=host.clock())
    await armor.lists(football, armor.filiale, sites=(armor.usine, armor.filiale))
    # The list may overtake the word that she is in.
    await settled(*armor.sites)
    first = await armor.says("amina", football, "For us alone")
    second = await armor.says("carla", football, "So be it")
    view = await armor.equal(football, armor.usine, armor.filiale)
    assert [row.uri for row in view.posts] == [second, first]
    await settled(*armor.sites)
    assert not await has(armor.siege, first) and not await has(armor.siege, second)
    # History is read by who comes later.
    await armor.joins("bruno", football)
    await settled(*armor.sites)
    asked = await host.read(_asked, id)
    await host.write(membership.answer_request, amina.viewer, id, asked[0].account.id, accept=True, now=host.clock())
    await armor.equal(football)
    assert len(await armor.reads("bruno", football)) == 2


async def test_nobody_but_the_invited_learns_of_a_hidden_community(armor: Armor) -> None:
    football = await armor.found(entry=Entry.HIDDEN)
    host, amina = armor.people["amina"]
    id = await armor.knows("amina", football)
    await host.api("GET", "/api/v2/search", amina, q=f"@{armor.people['carla'][1].acct}", resolve="true")
    of = await host.read(accounts.by_uri, armor.uri("carla"))
    assert of is not None
    site, bruno = armor.people["bruno"]
    await site.api("GET", "/api/v2/search", bruno, q=football, type="accounts", resolve="true")
    assert await site.read(accounts.by_uri, football) is None
    await host.write(membership.invite, amina.viewer, id, of.id, ids=host.ids, now=host.clock())
    await settled(*armor.sites)
    await armor.joins("carla", football)
    await settled(*armor.sites)
    await armor.says("carla", football, "Psst")
    await armor.equal(football, armor.usine, armor.filiale)
    assert await armor.siege.read(accounts.by_uri, football) is None

    chief = await host.person("chief", role=Role.ADMIN)
    await host.write(states.delete, chief.viewer, id, now=host.clock())
    await settled(*armor.sites)
    ended = await armor.filiale.read(accounts.by_uri, football)
    assert ended is not None and ended.deleted_at is not None
    assert armor.wires is not None
    assert armor.wires.count(football)[armor.filiale.host]
    assert armor.siege.host not in armor.wires.count(football), "nor of its end"


async def test_a_community_whose_host_is_gone_goes_on_where_the_group_says(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    first = await armor.says("carla", football, "Before")
    await armor.says("amina", football, "Lost with its host")
    await armor.writes("amina", football, "Seven against seven")
    await eventually(lambda: _has_leaf(armor, "carla", football, 1))
    await armor.writes("carla", football, "Eight against eight", over=1)
    for name in ("amina", "bruno", "carla"):
        await eventually(partial(_has_leaf, armor, name, football, 2))
    await armor.equal(football)
    away = armor.apart(armor.usine)
    site, bruno = armor.people["bruno"]
    made_here = ("football", bruno.account, one_pair())
    new = await site.write(succession.adopt, football, *made_here, ids=site.ids, urls=site.urls, now=site.clock())
    keys = [await one.write(node_keys.node_key, now=one.clock()) for one in armor.sites]
    entities = [
        Member(id=one.name, name=one.name, domain=one.host, keys=(key.public,))
        for one, key in zip(armor.sites, keys, strict=True)
    ]
    manifest = made(
        group="Groupe Armor",
        version=1,
        starts_at=site.clock(),
        threshold=2,
        entities=entities,
        communities=[Succession(community=football, successor=new.uri)],
    )
    for one, key in ((armor.siege, keys[0]), (armor.filiale, keys[2])):
        manifest = signed(manifest, one.name, key)
    for one in (armor.siege, armor.filiale):
        await one.write(manifests.take, manifest.text, now=one.clock())
    await eventually(lambda: _is_in(armor.filiale, new.uri, armor.uri("carla")))
    second = await armor.says("carla", new.uri, "And after")
    view = await armor.equal(new.uri, armor.siege, armor.filiale)
    assert view.posts[0].uri == second and len(view.posts) == 3
    assert first in [row.uri for row in view.posts], "where it was"
    for name in ("bruno", "carla"):
        assert len(await armor.reads(name, new.uri)) == 3
    answer = await armor.says("bruno", new.uri, "I remember", parent=first)
    view = await armor.equal(new.uri, armor.siege, armor.filiale)
    assert answer in [row.uri for row in view.posts]
    (leaf,) = await armor.leaves("carla", new.uri)
    assert (leaf.title, leaf.version) == ("Rules of play", 2), "in the words that its authors signed"
    # The former host returns: its people come along, and it has no say any more.
    await armor.mend(away)
    await armor.usine.write(manifests.take, manifest.text, now=armor.usine.clock())
    await eventually(lambda: _is_in(armor.usine, new.uri, armor.uri("amina")))
    with pytest.raises(Forbidden):
        await armor.says("amina", football, "I am back")
    await armor.says("amina", new.uri, "So I write here")
    assert len((await armor.equal(new.uri)).posts) == 5


async def test_whoever_is_put_out_at_another_node_opens_nothing_any_more(armor: Armor) -> None:
    """And a guest's stay ends at their own node by itself, also while it hears nothing of the host."""
    football = await armor.found(entry=Entry.INVITED)
    host, amina = armor.people["amina"]
    site, carla = armor.people["carla"]
    id = await armor.knows("amina", football)
    await host.api("GET", "/api/v2/search", amina, q=f"@{carla.acct}", resolve="true")
    of = await host.read(accounts.by_uri, armor.uri("carla"))
    assert of is not None

    async def comes(until: Millis | None = None) -> None:
        await host.write(membership.invite, amina.viewer, id, of.id, until=until, ids=host.ids, now=host.clock())
        await settled(*armor.sites)
        await armor.joins("carla", football)
        await settled(*armor.sites)

    await comes()
    picture = await _uploaded(host, amina)
    text = f"@{football.rpartition('/')[2]} the plan"
    said = await host.api("POST", "/api/v1/statuses", amina, status=text, media_ids=[picture])
    await eventually(lambda: has(site, said["uri"]), why="it is sent to the member")
    shown = await site.api("GET", f"/api/v1/statuses/{await armor.id(site, said['uri'])}", carla)
    (plan,) = shown["media_attachments"]
    assert plan["remote_url"] is None, "where it is at its author's node opens for whoever has it"
    assert await _status(site, plan["url"]) == 200
    await host.write(membership.expel, amina.viewer, id, of.id, now=host.clock())
    await settled(*armor.sites)
    for gone in (plan["url"], plan["preview_url"]):
        assert await _status(site, gone) == 404
    with pytest.raises(Refused):
        await site.api("GET", f"/api/v1/statuses/{shown['id']}", carla)
    until = Millis(host.clock() + HOUR)
    await comes(until)
    assert await armor.reads("carla", football) != []
    away = armor.apart(armor.usine)
    CLOCK.ahead += HOUR
    assert await armor.reads("carla", football) == [], "whatever takes the membership away has not run"
    await armor.mend(away)


async def _uploaded(site: Site, by: Person) -> str:
    form = aiohttp.FormData()
    form.add_field("file", encoded(workshop(80, 60), "PNG"), filename="plan.png")
    headers = {"Authorization": f"Bearer {by.token}"}
    async with site.request("POST", "/api/v2/media", headers=headers, data=form) as answer:
        assert answer.status == 200
        return str((await answer.json())["id"])


async def _status(site: Site, url: str) -> int:
    async with site.request("GET", urlsplit(url).path) as answer:
        return answer.status


async def _has_leaf(armor: Armor, name: str, community: str, version: int) -> bool:
    return [leaf.version for leaf in await armor.leaves(name, community)] == [version]


async def _is_in(site: Site, community: str, account: str) -> bool:
    return await site.read(_state, community, account) == "member"


def _state(tx: Tx, community: str, account: str) -> str:
    group, of = accounts.by_uri(tx, community), accounts.by_uri(tx, account)
    row = memberships.one(tx, group.id, of.id) if group is not None and of is not None else None
    return "" if row is None else row.state.value


def _asked(tx: Tx, community: AccountId) -> list[memberships.MemberRow]:
    return memberships.members(tx, community, memberships.MemberState.ASKED, 2**62, 0, 10)


async def _is_empty(armor: Armor, name: str, uri: str) -> bool:
    return await armor.reads(name, uri) == []


async def test_a_community_moves_to_another_node_with_everybody_in_it(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    first = await armor.says("carla", football, "Before")
    await armor.equal(football)
    site, bruno = armor.people["bruno"]
    host, amina = armor.people["amina"]
    made_here = ("football2", bruno.account, one_pair())
    new = await site.write(succession.adopt, football, *made_here, ids=site.ids, urls=site.urls, now=site.clock())
    here, there = await armor.knows("amina", football), await armor.knows("amina", new.uri)
    going = {"ids": host.ids, "urls": host.urls, "now": host.clock()}
    with pytest.raises(Forbidden):
        luc = armor.people["luc"][1]
        await host.write(succession.move, luc.viewer, here, there, **going)  # type: ignore[arg-type]
    await host.write(succession.move, amina.viewer, here, there, **going)  # type: ignore[arg-type]
    for name in ("amina", "bruno", "carla"):
        goes = partial(_is_in, armor.people[name][0], new.uri, armor.uri(name))
        await eventually(goes, why=f"{name} goes along")
    await settled(*armor.sites)
    second = await armor.says("carla", new.uri, "And after")
    view = await armor.equal(new.uri)
    assert [row.uri for row in view.posts] == [second, first]
    for name in ("amina", "carla"):
        for at in (armor.people[name][0], armor.usine):
            assert await at.read(_state, football, armor.uri(name)) == "", "in the former one is nobody any more"
    with pytest.raises(Forbidden):
        await armor.says("amina", football, "Here?")


async def test_a_hidden_community_moves_once_its_host_is_invited_and_no_other_node_is_told(armor: Armor) -> None:
    football = await armor.found(entry=Entry.HIDDEN)
    host, amina = armor.people["amina"]
    site, carla = armor.people["carla"]
    id = await armor.knows("amina", football)
    await host.api("GET", "/api/v2/search", amina, q=f"@{carla.acct}", resolve="true")
    of = await host.read(accounts.by_uri, armor.uri("carla"))
    assert of is not None
    await host.write(membership.invite, amina.viewer, id, of.id, ids=host.ids, now=host.clock())
    await settled(*armor.sites)
    await armor.joins("carla", football)
    await settled(*armor.sites)
    await host.write(membership.set_role, amina.viewer, id, of.id, MemberRole.MODERATOR, now=host.clock())
    first = await armor.says("carla", football, "Psst")
    await armor.equal(football, armor.usine, armor.filiale)
    ready = (await armor.knows("carla", football), "hidden_football", one_pair())
    making = {"ids": site.ids, "urls": site.urls, "now": site.clock()}
    new = await site.write(keeping.make_ready, carla.viewer, *ready, **making)  # type: ignore[arg-type]
    await settled(*armor.sites)
    former = await host.read(accounts.by_uri, football)
    assert former is not None and await host.read(keeping.heirs, former) == []
    back = await site.read(accounts.by_uri, armor.uri("amina"))
    assert back is not None
    await site.write(membership.invite, carla.viewer, new.id, back.id, ids=site.ids, now=site.clock())
    await settled(*armor.sites)
    (heir,) = await host.read(keeping.heirs, former)
    going = {"ids": host.ids, "urls": host.urls, "now": host.clock()}
    await host.write(keeping.move, amina.viewer, id, heir.account.id, {site.host}, **going)  # type: ignore[arg-type]
    await eventually(partial(_is_in, site, new.uri, armor.uri("amina")), why="amina goes along")
    # What is told to a node that may not know of it would wait there, and stand here.
    await settled(*armor.sites)
    assert [row.uri for row in (await armor.equal(new.uri, armor.usine, armor.filiale)).posts] == [first]
    for uri in (football, new.uri):
        assert await armor.siege.read(accounts.by_uri, uri) is None
