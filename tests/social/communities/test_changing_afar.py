"""What a community says of itself, changed by a host who lives at another node: asked there, done where it is kept."""

from typing import Any

import msgspec
import pytest

from social import events
from social.communities import changing, front, topics
from social.communities.changing import SaidChange
from social.communities.communities import CommunityChange
from social.communities.received import SaidCommunity
from social.errors import Conflict, Forbidden, Invalid
from storage import accounts, memberships
from storage import communities as rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import Entry, Posting
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState
from tests.social.communities.harbour import community
from tests.world import World


async def seat(world: World, id: AccountId, account: AccountId, role: MemberRole) -> None:
    row = MembershipRow(
        community_id=id, account_id=account, role=role, state=MemberState.MEMBER, created_at=world.clock()
    )
    await world.db.write(memberships.put, row)


@pytest.fixture
async def football(world: World) -> AccountRow:
    """A community that `siege` keeps: amina of here hosts it, luc moderates, carla is a member."""
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    said = SaidCommunity(entry=Entry.OPEN, rules="<p>Be on time</p>")
    made = await world.elsewhere("football", kind=AccountKind.GROUP, display_name="Football", community=said)
    for name, role in (("amina", "moderator"), ("luc", "moderator"), ("carla", "member")):
        await seat(world, made.id, world.id(name), MemberRole(role))

    def hosted(tx: Tx) -> None:
        known = rows.by_id(tx, made.id)
        assert known is not None
        row = accounts.by_id(tx, world.id("amina"))
        assert row is not None
        rows.rewrite(tx, msgspec.structs.replace(known, hosts=f"{row.uri} {made.uri}"))

    await world.db.write(hosted)
    return made


async def edits(world: World, name: str, id: AccountId, **said: Any) -> bool:
    return await world.db.write(
        changing.edit, world.viewer(name), id, CommunityChange(**said), urls=world.urls, now=world.clock()
    )


async def asked(world: World) -> list[events.ChangeAsked]:
    return [one for one in await world.happened() if isinstance(one, events.ChangeAsked)]


async def test_the_node_that_keeps_it_is_asked_for_what_is_another_and_nothing_is_so_before(
    world: World, football: AccountRow
) -> None:
    same = {"display_name": "Football", "rules": "Be on time\r\n", "entry": Entry.OPEN, "posting": Posting.MEMBERS}
    assert await edits(world, "amina", football.id, **same)
    assert not await edits(world, "amina", football.id, **same | {"rules": "Be early", "purpose": "We play"})
    (said,) = await asked(world)
    assert (said.display_name, said.rules, said.purpose, said.entry) == (None, "Be early", "We play", None)
    view = await world.db.read(front.view, world.viewer("amina"), football.id)
    assert "Be on time" in view.community.rules_html and view.hosts_afar(world.id("amina"))
    for name in ("luc", "carla"):
        with pytest.raises(Forbidden):
            await edits(world, name, football.id, rules="Mine")
        assert not view.hosts_afar(world.id(name))
    with pytest.raises(Invalid):
        await edits(world, "amina", football.id, rules="x" * 6_000)
    assert await asked(world) == []


async def test_topics_are_asked_for_by_whoever_moderates(world: World, football: AccountRow) -> None:
    now = world.clock()
    await world.db.write(topics.take, football.id, ["Matches"])
    assert not await world.db.write(changing.add_topic, world.viewer("luc"), football.id, "Gear", now=now)
    assert not await world.db.write(changing.drop_topic, world.viewer("luc"), football.id, "matches", now=now)
    assert [(one.new_topic, one.old_topic) for one in await asked(world)] == [("Gear", ""), ("", "matches")]
    with pytest.raises(Conflict):
        await world.db.write(changing.add_topic, world.viewer("luc"), football.id, "matches", now=now)
    with pytest.raises(Forbidden):
        await world.db.write(changing.add_topic, world.viewer("carla"), football.id, "Gear", now=now)


async def test_where_it_is_kept_the_role_of_the_moment_counts_and_the_last_word(world: World) -> None:
    await world.person("amina")
    id = await community(world, "amina", display_name="Chess")
    bruno = await world.elsewhere("bruno")

    async def says(at: int, new_topic: str = "", **said: Any) -> bool:
        change = SaidChange(change=CommunityChange(**said), new_topic=new_topic, at=Millis(world.clock() + at))

        def receive(tx: Tx) -> bool:
            known = rows.known(tx, id)
            assert known is not None
            return changing.received(tx, known, bruno, change, urls=world.urls, now=world.clock())

        return await world.db.write(receive)

    with pytest.raises(Forbidden):
        await says(1, rules="Mine")
    await seat(world, id, bruno.id, MemberRole.MODERATOR)
    with pytest.raises(Forbidden):
        await says(1, rules="Mine")
    assert await says(1, new_topic="Openings")
    await seat(world, id, bruno.id, MemberRole.HOST)
    await world.happened()
    assert await says(3, rules="Be early", entry=Entry.REQUEST, posting=Posting.HOSTS)
    changed = [type(one) for one in await world.happened()]
    assert events.CommunityChanged in changed and events.ProfileChanged in changed
    assert await says(2, rules="Be on time", purpose="We play"), "late: of each part the last word counts"
    assert not await says(2, rules="Be on time")
    assert await says(4, welcome="Come in")
    await edits(world, "amina", id, welcome="Hello")
    assert not await says(4, welcome="Come in"), "once more, when it is otherwise since"
    assert not await says(1, new_topic="Openings")
    with pytest.raises(Invalid):
        await says(9, display_name="x" * 5_000)
    view = await world.db.read(front.view, world.viewer("amina"), id)
    row, account = view.community, view.account
    assert row.welcome_source == "Hello"
    assert (row.rules_source, account.note_source, row.entry, row.posting) == (
        *("Be early", "We play", Entry.REQUEST, Posting.HOSTS),
    )
    assert account.locked and account.display_name == "Chess" and [one.display for one in view.topics] == ["Openings"]


async def test_a_host_of_here_changes_it_as_ever(world: World) -> None:
    await world.person("amina")
    id = await community(world, "amina")
    assert await edits(world, "amina", id, rules="Be early")
    assert await world.db.write(changing.add_topic, world.viewer("amina"), id, "Gear", now=world.clock())
    assert await world.db.write(changing.drop_topic, world.viewer("amina"), id, "gear", now=world.clock())
    with pytest.raises(Forbidden):
        await world.person("luc")
        await edits(world, "luc", id, rules="Mine")
    view = await world.db.read(front.view, world.viewer("amina"), id)
    assert view.community.rules_source == "Be early" and not view.topics
