"""Requests to come into a community « on request » are seen, and answered, by who moderates it from another node.

It lives at `usine`, where amina hosts it; bruno of `siege` moderates it, and so does ines, beside him.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from social.communities import front, membership
from social.feeds import notifications
from social.paging import FIRST
from storage import accounts
from storage.communities import Entry
from storage.ids import AccountId
from storage.memberships import MemberRole
from storage.notifications import Kind
from tests.conftest import PostgresPool
from tests.interop.football import Armor, founded
from tests.interop.wires import Letter
from tests.nodes import eventually, settled
from tests.sites import LocalNode, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "I keep goals and nobody else may know"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["usine", "siege"])
async def armor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_pool: PostgresPool
) -> AsyncIterator[Armor]:
    """The node of the community, or that of its moderators, keeps its rows in PostgreSQL."""
    async with founded(tmp_path_factory.mktemp("armor"), postgres_pool, request.param) as made:
        yield made


async def club(armor: Armor, *moderators: str) -> str:
    """A community on request: who moderates it was let in by amina."""
    football = await armor.found(entry=Entry.REQUEST)
    for name in moderators:
        await armor.joins(name, football)
        await settled(*armor.sites)
        await answers(armor, "amina", name, football)
        await settled(*armor.sites)
        await armor.moderator(name, football)
    return football


async def account(armor: Armor, site: Site, name: str) -> AccountId:
    row = await site.read(accounts.by_uri, armor.uri(name))
    assert row is not None
    return row.id


async def answers(armor: Armor, by: str, whom: str, football: str, *, accept: bool = True) -> bool:
    """Somebody who moderates answers from their own node."""
    site, person = armor.people[by]
    id, of = await armor.knows(by, football), await account(armor, site, whom)
    return await site.write(membership.answer_request, person.viewer, id, of, accept=accept, now=site.clock())


async def door(armor: Armor, name: str, football: str) -> list[tuple[str, str, str]]:
    """Who asks, with which words and what the reader answered, as somebody who moderates sees it."""
    site, person = armor.people[name]
    _, desk = await site.read(front.desk, person.viewer, await armor.knows(name, football))
    return [(one.account.uri, one.reason, one.answer.value) for one in desk.asking]


async def waits_at(armor: Armor, football: str, *names: str, asker: str, answer: str = "") -> None:
    """Wait until the request stands at the door of each of them."""
    for name in names:

        async def is_there(name: str = name) -> bool:
            return await door(armor, name, football) == [(armor.uri(asker), WORDS, answer)]

        await eventually(is_there, seconds=10)


async def is_empty(armor: Armor, football: str, *names: str) -> None:
    """Wait until nobody stands there."""
    for name in names:

        async def is_gone(name: str = name) -> bool:
            return await door(armor, name, football) == []

        await eventually(is_gone, seconds=10)


async def notices(armor: Armor, name: str, football: str) -> int:
    """How often somebody was told that somebody asks to come into it."""
    site, person = armor.people[name]
    id = await armor.knows(name, football)
    found = await site.read(notifications.notifications, person.viewer, FIRST, now=site.clock())
    return len([one for one in found if one.kind is Kind.COMMUNITY_REQUEST and one.sender.id == id])


@pytest.mark.parametrize("asker", ["luc", "ines", "carla"], ids=["of the host", "of the moderator", "of a third node"])
async def test_who_moderates_from_another_node_lets_in_whoever_asks(armor: Armor, asker: str) -> None:
    football = await club(armor, "bruno")
    await armor.joins(asker, football, WORDS)
    await waits_at(armor, football, "bruno", "amina", asker=asker)
    await settled(*armor.sites)
    assert await notices(armor, "bruno", football) == 1
    assert await notices(armor, "amina", football) == 2, "of bruno, too, when he asked"
    assert not await answers(armor, "bruno", asker, football)
    await eventually(lambda: armor.is_in(asker, football))
    await is_empty(armor, football, "bruno", "amina")
    await armor.joins("javier", football, WORDS)
    await waits_at(armor, football, "bruno", asker="javier")
    assert not await answers(armor, "bruno", "javier", football, accept=False)
    await is_empty(armor, football, "bruno", "amina")
    await settled(*armor.sites)
    assert await armor.held("javier", football) is None


async def test_of_two_who_answer_the_first_counts_and_the_others_lose_it(armor: Armor) -> None:
    football = await club(armor, "bruno", "ines")
    await armor.joins("carla", football, WORDS)
    await waits_at(armor, football, "bruno", "ines", asker="carla")
    await answers(armor, "bruno", "carla", football)
    await answers(armor, "ines", "carla", football, accept=False)
    await settled(*armor.sites)
    await is_empty(armor, football, "bruno", "ines", "amina")
    assert await armor.is_in("carla", football) is (await armor.held("carla", football) is not None)


async def test_what_is_withdrawn_stands_at_no_door_and_what_is_asked_again_does(armor: Armor) -> None:
    football = await club(armor, "bruno")
    site, carla = armor.people["carla"]
    await armor.joins("carla", football, WORDS)
    await waits_at(armor, football, "bruno", asker="carla")
    id = await armor.knows("carla", football)
    await site.write(membership.leave, carla.viewer, id, now=site.clock())
    await is_empty(armor, football, "bruno")
    await armor.joins("carla", football, WORDS)
    await waits_at(armor, football, "bruno", asker="carla")
    await answers(armor, "amina", "carla", football)
    await is_empty(armor, football, "bruno")


async def test_while_the_host_is_away_the_answer_waits_and_is_shown_so(armor: Armor) -> None:
    football = await club(armor, "bruno")
    await armor.joins("carla", football, WORDS)
    await waits_at(armor, football, "bruno", asker="carla")
    cut = armor.apart(armor.usine)
    assert not await answers(armor, "bruno", "carla", football)
    await waits_at(armor, football, "bruno", asker="carla", answer="accept")
    assert not await armor.is_in("carla", football)
    await armor.mend(cut)
    await eventually(lambda: armor.is_in("carla", football))
    await is_empty(armor, football, "bruno")


async def test_who_moderates_later_gets_what_is_open_and_who_does_no_more_loses_it(armor: Armor) -> None:
    football = await club(armor, "bruno", "ines")
    await armor.moderator("ines", football, MemberRole.MEMBER)
    await armor.joins("carla", football, WORDS)
    await waits_at(armor, football, "bruno", asker="carla")
    await armor.moderator("ines", football)
    await waits_at(armor, football, "ines", asker="carla")
    await armor.moderator("bruno", football, MemberRole.MEMBER)
    site = armor.siege
    assert isinstance(site, LocalNode)
    await settled(*armor.sites)
    await armor.moderator("bruno", football)
    await waits_at(armor, football, "bruno", "ines", asker="carla")
    await answers(armor, "bruno", "carla", football)
    await eventually(lambda: armor.is_in("carla", football))


async def test_a_node_without_a_moderator_gets_not_one_byte_of_a_request(armor: Armor) -> None:
    """Javier of `filiale` is a member; luc of `usine` asks. All that reaches `filiale` is read."""
    football = await club(armor, "bruno")
    await armor.joins("javier", football)
    await settled(*armor.sites)
    await answers(armor, "amina", "javier", football)
    await settled(*armor.sites)
    assert armor.wires is not None
    letters: list[Letter] = []
    armor.wires.letters = letters
    await armor.joins("luc", football, WORDS)
    await waits_at(armor, football, "bruno", asker="luc")
    await answers(armor, "bruno", "luc", football, accept=False)
    await is_empty(armor, football, "bruno")
    await settled(*armor.sites)
    armor.wires.letters = None
    to = [one for one in letters if f"//{armor.filiale.host}/" in one.url]
    offered = [one for one in letters if b'"Offer"' in one.body]
    assert {one.url for one in offered if WORDS.encode() in one.body} == {f"{armor.uri('bruno')}/inbox"}
    assert not [one for one in to if WORDS.encode() in one.body or b"Offer" in one.body or b"/luc" in one.body]


async def test_what_comes_twice_and_late_ends_in_the_same(armor: Armor) -> None:
    football = await club(armor, "bruno")
    assert armor.wires is not None
    letters: list[Letter] = []
    armor.wires.letters = letters
    await armor.joins("carla", football, WORDS)
    await waits_at(armor, football, "bruno", asker="carla")
    await answers(armor, "bruno", "carla", football, accept=False)
    await is_empty(armor, football, "bruno")
    await settled(*armor.sites)
    armor.wires.letters = None
    for one in reversed(letters):
        await one.again()
    await settled(*armor.sites)
    assert await door(armor, "bruno", football) == await door(armor, "amina", football) == []
    assert await armor.held("carla", football) is None


async def test_a_moderator_invites_whom_the_host_does_not_know_yet(armor: Armor) -> None:
    football = await club(armor, "bruno")
    nina = await armor.filiale.person("nina")
    armor.people["nina"] = (armor.filiale, nina)
    site, bruno = armor.people["bruno"]
    found = await site.api("GET", "/api/v2/search", bruno, q=armor.uri("nina"), type="accounts", resolve="true")
    assert found
    id, whom = await armor.knows("bruno", football), await account(armor, site, "nina")
    assert await site.write(membership.invite, bruno.viewer, id, whom, ids=site.ids, now=site.clock()) is None
    await settled(*armor.sites)
    row = await armor.held("nina", football)
    assert row is not None and row.state == "invited"
