"""Coming in and going out: open, by request, by invitation; roles; who is put out."""

import pytest

from social import events
from social.communities import communities, front, membership
from social.communities import reading as community_reading
from social.communities.communities import CommunityChange, NewCommunity
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.paging import FIRST
from social.people import relations
from social.policy import ANONYMOUS
from storage import communities as communities_rows
from storage import memberships
from storage.accounts import AccountKind
from storage.communities import CommunityRow, Entry
from storage.ids import AccountId
from storage.memberships import MemberRole, MemberState
from tests.social.communities.harbour import community, join, let_in
from tests.world import World, one_pair


@pytest.fixture
async def people(world: World) -> World:
    """amina, luc and carla have accounts."""
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    return world


async def state(world: World, name: str, id: AccountId) -> MemberState | None:
    found = await world.db.read(memberships.one, id, world.id(name))
    return found.state if found else None


async def test_who_makes_a_community_is_its_host_and_follows_it(people: World) -> None:
    id = await community(people, "amina", display_name="Football", purpose="On joue le jeudi")
    view = await people.db.read(front.view, people.viewer("amina"), id)
    assert [host.username for host in view.hosts] == ["amina"] and view.is_member and view.members == 1
    assert view.account.kind == "group" and "jeudi" in view.account.note_html
    between = await people.db.read(relations.relationship, people.viewer("amina"), id, now=people.clock())
    assert between.following
    happened = await people.happened()
    assert events.CommunityMade in [type(event) for event in happened]


async def test_communities_are_found_by_what_they_are_for_of_whatever_node(people: World) -> None:
    id = await community(people, "amina", "crampons", display_name="Les Crampons", purpose="Football, le jeudi à midi")
    far = await people.elsewhere(
        "botas", kind=AccountKind.GROUP, display_name="Las Botas", note_html="<p>Fútbol y football, el viernes</p>"
    )
    await people.db.write(communities_rows.insert, CommunityRow(account_id=far.id, created_at=people.clock()))

    async def found(query: str) -> set[AccountId]:
        views = await people.db.read(community_reading.found, people.viewer("luc"), query, FIRST)
        return {view.account.id for view in views}

    assert await found("foot") == {id, far.id}
    assert await found("jeudi football") == {id} and await found("FUTBOL") == {far.id}
    assert await found("crampons viernes") == set()
    change = CommunityChange(purpose="Rugby")
    await people.db.write(communities.edit, people.viewer("amina"), id, change, urls=people.urls, now=people.clock())
    assert await found("jeudi") == set() and await found("rugby") == {id}


async def test_an_open_community_is_joined_at_once(people: World) -> None:
    id = await community(people, "amina")
    assert await join(people, "luc", id) is MemberState.MEMBER
    assert [one.account.id for one in await people.db.read(community_reading.mine, people.viewer("luc"))] == [id]


async def test_a_follow_by_an_app_is_a_membership_and_its_end_ends_it(people: World) -> None:
    id = await community(people, "amina")
    luc = people.viewer("luc")
    await people.db.write(relations.follow, luc, id, ids=people.ids, urls=people.urls, now=people.clock())
    assert await state(people, "luc", id) is MemberState.MEMBER
    await people.db.write(relations.unfollow, luc, id, now=people.clock())
    assert await state(people, "luc", id) is None
    changed = [event for event in await people.happened() if isinstance(event, events.MembershipChanged)]
    assert [(event.of, event.state, event.before) for event in changed[1:]] == [
        (luc.account, "member", ""),
        (luc.account, "", "member"),
    ]


async def test_a_request_waits_with_its_reason_until_a_host_answers(people: World) -> None:
    id = await community(people, "amina", entry=Entry.REQUEST)
    assert await join(people, "luc", id, reason="Je suis de l'équipe") is MemberState.ASKED
    asked = await people.db.read(memberships.one, id, people.id("luc"))
    assert asked is not None and asked.reason == "Je suis de l'équipe"
    with pytest.raises(Forbidden):
        await let_in(people, "carla", "luc", id)
    await let_in(people, "amina", "luc", id)
    assert await state(people, "luc", id) is MemberState.MEMBER
    await join(people, "carla", id)
    await people.db.write(
        membership.answer_request, people.viewer("amina"), id, people.id("carla"), accept=False, now=people.clock()
    )
    assert await state(people, "carla", id) is None


async def test_only_who_is_invited_comes_into_a_community_by_invitation(people: World) -> None:
    id = await community(people, "amina", entry=Entry.INVITED)
    with pytest.raises(Forbidden):
        await join(people, "luc", id)
    await people.db.write(
        membership.invite, people.viewer("amina"), id, people.id("luc"), ids=people.ids, now=people.clock()
    )
    assert await state(people, "luc", id) is MemberState.INVITED
    assert await join(people, "luc", id) is MemberState.MEMBER


async def test_a_hidden_community_does_not_exist_for_others(people: World) -> None:
    id = await community(people, "amina", entry=Entry.HIDDEN, display_name="Projet Aurore")
    for viewer in (people.viewer("luc"), ANONYMOUS):
        with pytest.raises(NotFound):
            await people.db.read(front.view, viewer, id)
    with pytest.raises(NotFound):
        await join(people, "luc", id)
    with pytest.raises(NotFound):
        await people.db.write(
            relations.follow, people.viewer("luc"), id, ids=people.ids, urls=people.urls, now=people.clock()
        )
    await people.db.write(
        membership.invite, people.viewer("amina"), id, people.id("luc"), ids=people.ids, now=people.clock()
    )
    assert (await people.db.read(front.view, people.viewer("luc"), id)).account.id == id
    assert await join(people, "luc", id) is MemberState.MEMBER


async def test_who_is_banned_does_not_come_back_before_being_let(people: World) -> None:
    id = await community(people, "amina")
    await join(people, "luc", id)
    await people.happened()
    for _ in range(2):
        await people.db.write(membership.ban, people.viewer("amina"), id, people.id("luc"), "spam", now=people.clock())
    assert await state(people, "luc", id) is MemberState.BANNED
    told = [one for one in await people.happened() if isinstance(one, events.MemberWarned)]
    assert [(one.of, one.reason) for one in told] == [(people.id("luc"), "spam")], "once"
    with pytest.raises(Forbidden):
        await join(people, "luc", id)
    await people.db.write(membership.leave, people.viewer("luc"), id, now=people.clock())
    assert await state(people, "luc", id) is MemberState.BANNED
    await people.db.write(membership.unban, people.viewer("amina"), id, people.id("luc"), now=people.clock())
    assert await join(people, "luc", id) is MemberState.MEMBER


async def test_the_last_host_does_not_leave_and_a_moderator_puts_no_host_out(people: World) -> None:
    id = await community(people, "amina")
    amina = people.viewer("amina")
    await join(people, "luc", id)
    with pytest.raises(Conflict):
        await people.db.write(membership.leave, amina, id, now=people.clock())
    with pytest.raises(Conflict):
        await people.db.write(membership.set_role, amina, id, amina.account, MemberRole.MEMBER, now=people.clock())
    await people.db.write(membership.set_role, amina, id, people.id("luc"), MemberRole.MODERATOR, now=people.clock())
    with pytest.raises(Forbidden):
        await people.db.write(membership.expel, people.viewer("luc"), id, amina.account, now=people.clock())
    await people.db.write(communities.hand_over, amina, id, people.id("luc"), now=people.clock())
    await people.db.write(membership.leave, amina, id, now=people.clock())
    view = await people.db.read(front.view, people.viewer("luc"), id)
    assert [host.username for host in view.hosts] == ["luc"] and view.members == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"username": "Foot ball"}, "username"),
        ({"username": "admin"}, "username"),
        ({"username": "amina"}, "username"),
        ({"purpose": "\0"}, "purpose"),
        ({"rules": "x" * 5_001}, "rules"),
        ({"template": "war"}, "template"),
        ({"display_name": "x" * 61}, "display_name"),
    ],
)
async def test_a_community_that_cannot_be_is_refused(people: World, said: dict[str, str], field: str) -> None:
    new = NewCommunity(**{"username": "football", "keys": one_pair(), **said})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        await people.db.write(
            communities.create, people.viewer("amina"), new, ids=people.ids, urls=people.urls, now=people.clock()
        )
    assert refused.value.field == field
