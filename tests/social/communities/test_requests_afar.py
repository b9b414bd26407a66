"""Requests to come into communities that are moderated from another node: at that node, and where they are decided."""

import pytest

from social import events
from social.communities import bringing, front, membership, received, requests
from social.communities.front import Asking
from social.communities.received import SaidCommunity
from social.errors import Conflict, Forbidden, NotFound
from social.feeds import notifications
from social.governance import states
from social.paging import FIRST
from social.policy import Role
from storage import communities, memberships, passed_requests
from storage.accounts import AccountKind, AccountRow
from storage.communities import Entry
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.notifications import Kind
from storage.passed_requests import Answer, PassedRow
from tests.social.communities.harbour import community, join
from tests.world import World


@pytest.fixture
async def football(world: World) -> AccountRow:
    """A community that `siege` keeps: amina of here moderates it, luc is a member, and bruno of `filiale` asks."""
    for name in ("amina", "luc"):
        await world.person(name)
    await world.elsewhere("bruno", "filiale.example")
    made = await world.elsewhere(
        "football", kind=AccountKind.GROUP, display_name="Football", community=SaidCommunity(entry=Entry.REQUEST)
    )
    for name, role in (("amina", MemberRole.MODERATOR), ("luc", MemberRole.MEMBER)):
        await seat(world, made.id, world.id(name), role)
    return made


async def seat(world: World, id: AccountId, account: AccountId, role: MemberRole) -> None:
    row = MembershipRow(
        community_id=id, account_id=account, role=role, state=MemberState.MEMBER, created_at=world.clock()
    )
    await world.db.write(memberships.put, row)


async def passed(world: World, football: AccountRow, to: str = "amina", number: int = 1, words: str = "I run") -> str:
    """`siege` says to somebody that bruno asks: the id of that."""
    uri = f"{football.uri}#offers/{number}"
    bruno, chair = await world.elsewhere("bruno", "filiale.example"), await world.row(world.id(to))

    def pass_on(tx: Tx) -> bool:
        known = communities.known(tx, football.id)
        assert known is not None
        follow = f"{bruno.uri}#follows/{number}"
        return requests.passed(tx, known, bruno, chair, uri, follow, words, now=world.clock())

    await world.db.write(pass_on)
    return uri


async def asking(world: World, id: AccountId, name: str = "amina") -> list[Asking]:
    return list((await world.db.read(front.desk, world.viewer(name), id))[1].asking)


async def answer(world: World, id: AccountId, account: AccountId, name: str = "amina", *, accept: bool = True) -> bool:
    return await world.db.write(
        membership.answer_request, world.viewer(name), id, account, accept=accept, now=world.clock()
    )


async def told(world: World, name: str = "amina") -> list[AccountId]:
    await world.settle()
    found = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
    return [one.sender.id for one in found if one.kind is Kind.COMMUNITY_REQUEST]


async def test_who_moderates_from_here_is_told_sees_the_words_and_answers_once(
    world: World, football: AccountRow
) -> None:
    bruno = (await world.elsewhere("bruno", "filiale.example")).id
    uri = await passed(world, football)
    await passed(world, football)
    assert await told(world) == [football.id] and await told(world, "luc") == []
    assert [(one.account.id, one.reason, one.answer) for one in await asking(world, football.id)] == [
        (bruno, "I run", "")
    ]
    with pytest.raises(Forbidden):
        await asking(world, football.id, "luc")
    with pytest.raises(Forbidden):
        await answer(world, football.id, bruno, "luc")
    await world.happened()
    assert not await answer(world, football.id, bruno), "the node that keeps it is asked"
    assert not await answer(world, football.id, bruno), "and once"
    with pytest.raises(Conflict):
        await answer(world, football.id, bruno, accept=False)
    asked = [one for one in await world.happened() if isinstance(one, events.HostAsked)]
    assert [(one.by, one.of, one.verb, one.uri) for one in asked] == [(world.id("amina"), bruno, "accept", uri)]
    assert [one.answer for one in await asking(world, football.id)] == [Answer.ACCEPT]
    assert await world.db.write(requests.taken_back, football.id, uri)
    assert await asking(world, football.id) == []
    with pytest.raises(NotFound):
        await answer(world, football.id, bruno)


async def test_what_came_before_the_word_that_somebody_moderates_is_told_then(
    world: World, football: AccountRow
) -> None:
    await passed(world, football, "luc")
    assert await told(world, "luc") == []
    with pytest.raises(Forbidden):
        await asking(world, football.id, "luc")

    def named(tx: Tx, *, is_on: bool) -> None:
        known = communities.known(tx, football.id)
        assert known is not None
        received.moderates(tx, known, football, row, is_on=is_on, now=world.clock())

    row = await world.row(world.id("luc"))
    await world.db.write(named, is_on=True)
    assert await told(world, "luc") == [football.id]
    assert len(await asking(world, football.id, "luc")) == 1
    await world.db.write(named, is_on=False)
    with pytest.raises(Forbidden):
        await asking(world, football.id, "luc")


async def test_a_request_made_anew_stands_once_with_its_last_words(world: World, football: AccountRow) -> None:
    bruno = (await world.elsewhere("bruno", "filiale.example")).id
    first = await passed(world, football)
    second = await passed(world, football, number=2, words="I run fast")
    assert [one.reason for one in await asking(world, football.id)] == ["I run fast"]
    await world.db.write(requests.taken_back, football.id, first)
    await world.happened()
    await answer(world, football.id, bruno, accept=False)
    asked = [one for one in await world.happened() if isinstance(one, events.HostAsked)]
    assert [(one.verb, one.uri) for one in asked] == [("refuse", second)]


async def test_of_a_site_of_its_own_nobody_is_told_before_the_host_knows(world: World, football: AccountRow) -> None:
    await world.person("marc")
    assert await join(world, "marc", football.id) is MemberState.ASKED
    assert await told(world) == [] and await asking(world, football.id) == []


async def test_where_a_community_goes_on_as_another_one_nobody_decides_any_more(
    world: World, football: AccountRow
) -> None:
    uri = await passed(world, football)
    other = await world.elsewhere("tennis", kind=AccountKind.GROUP, community=SaidCommunity())
    await world.db.write(bringing.carry, football.id, other.id, ids=world.ids, urls=world.urls, now=world.clock())
    assert await world.db.read(passed_requests.by_uri, uri) is None


async def test_whoever_is_erased_leaves_no_request(world: World, football: AccountRow) -> None:
    await world.person("boss", role=Role.ADMIN)
    uri = await passed(world, football)
    bruno = await world.elsewhere("bruno", "filiale.example")
    await world.db.write(states.purge, bruno, now=world.clock())
    assert await world.db.read(passed_requests.by_uri, uri) is None
    uri = await passed(world, football, "luc", number=2)
    await world.db.write(states.delete, world.viewer("boss"), world.id("luc"), now=world.clock())
    assert await world.db.read(passed_requests.by_uri, uri) is None


async def changes(world: World) -> int:
    return len([one for one in await world.happened() if isinstance(one, events.RequestsChanged)])


async def test_whatever_changes_who_asks_or_who_may_answer_is_told_where_it_is_kept(world: World) -> None:
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    id = await community(world, "amina", entry=Entry.REQUEST)
    await world.happened()
    for name in ("luc", "carla"):
        await join(world, name, id)
    assert await changes(world) == 2
    await join(world, "carla", id, reason="I keep goals")
    assert await changes(world) == 1
    await join(world, "carla", id, reason="I keep goals")
    assert await changes(world) == 0
    assert await answer(world, id, world.id("luc"))
    assert await changes(world) == 1
    now = world.clock()
    await world.db.write(membership.set_role, world.viewer("amina"), id, world.id("luc"), MemberRole.MODERATOR, now=now)
    assert await changes(world) == 1
    await world.db.write(membership.leave, world.viewer("luc"), id, now=now)
    assert await changes(world) == 1
    await world.db.write(membership.leave, world.viewer("carla"), id, now=now)
    assert await changes(world) == 1


async def test_an_answer_is_to_the_request_that_was_made_and_not_to_one_made_since(world: World) -> None:
    for name in ("amina", "carla"):
        await world.person(name)
    id = await community(world, "amina", entry=Entry.REQUEST)
    await join(world, "carla", id)
    (first,) = await world.db.read(passed_requests.open_requests, id, 10)
    await world.db.write(membership.leave, world.viewer("carla"), id, now=world.clock())
    await join(world, "carla", id)
    (second,) = await world.db.read(passed_requests.open_requests, id, 10)

    async def decided(follow: str) -> bool:
        return await world.db.write(
            membership.decide, id, world.id("carla"), accept=True, follow=follow, now=world.clock()
        )

    assert not await decided(first.follow_uri)
    assert await decided(second.follow_uri)
    assert not await decided(second.follow_uri), "the first answer counts"


async def test_an_account_that_ends_takes_its_request_back_where_it_was_sent(world: World) -> None:
    for name in ("amina", "carla"):
        await world.person(name)
    await world.person("boss", role=Role.ADMIN)
    id = await community(world, "amina", entry=Entry.REQUEST)
    await join(world, "carla", id)
    bruno = await world.elsewhere("bruno")
    row = PassedRow(
        uri="https://usine.example/1",
        community_id=id,
        account_id=world.id("carla"),
        moderator_id=bruno.id,
        follow_uri="https://usine.example/2",
        created_at=world.clock(),
    )
    await world.db.write(passed_requests.insert, row)
    await world.happened()
    await world.db.write(states.delete, world.viewer("boss"), world.id("carla"), now=world.clock())
    assert await changes(world) > 0
    assert await world.db.read(passed_requests.of, id) == [row], "until that is told"
