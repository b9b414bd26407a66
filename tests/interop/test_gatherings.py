"""A gathering with twenty seats and thirty people from three real nodes: who has a seat, who waits, who moves up."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from icalendar import Calendar

from social import reading
from social.clock import DAY, HOUR, SECOND, system_clock
from social.feeds import notifications
from social.gatherings import agenda, answers
from social.gatherings.drafts import GatheringDraft
from social.gatherings.views import GatheringView
from social.paging import FIRST
from social.posts.publish import Context, Draft, publish
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.participations import State
from tests.interop.test_polls import Ahead
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOCK = Ahead()
SEATS = 20
Nodes = tuple[LocalNode, LocalNode, LocalNode]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def nodes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nodes]:
    folder: Path = tmp_path_factory.mktemp("gatherings")
    async with running_group(folder, "siege", "usine", "filiale", clock=CLOCK) as (siege, usine, filiale):
        yield siege, usine, filiale


def uri_of(tx: Tx, id: PostId) -> str:
    found = post_rows.by_id(tx, id)
    assert found is not None
    return found.uri


async def seen(node: LocalNode, who: Person, uri: str) -> tuple[PostId, GatheringView]:
    row = await node.read(post_rows.by_uri, uri)
    assert row is not None
    view = await node.read(reading.post, who.viewer, row.id)
    assert view.gathering is not None
    return row.id, view.gathering


async def say(node: LocalNode, who: Person, uri: str, said: str = "yes") -> State:
    id, _ = await seen(node, who, uri)
    return await node.write(answers.answer, who.viewer, id, said, ids=node.ids, urls=node.urls, now=node.clock())


async def test_thirty_people_of_three_nodes_and_twenty_seats(nodes: Nodes) -> None:
    siege, usine, filiale = nodes
    amina = await usine.person("amina")
    context = Context(usine.ids, usine.urls, usine.settings)
    starts = Millis(CLOCK() + 3 * DAY)
    held = GatheringDraft(
        starts_at=starts, ends_at=Millis(starts + HOUR), timezone="Europe/Madrid", place="Vallecas", seats=SEATS
    )
    draft = Draft(text="Bring your boots.", title="Football of the three sites", gathering=held)
    uri = await usine.read(uri_of, await usine.write(publish, amina.viewer, draft, context=context, now=CLOCK()))
    guests = [(node, await node.person(f"guest{number}")) for number in range(10) for node in nodes]
    await settled(*nodes)
    started = system_clock()
    at_once = await asyncio.gather(*(say(node, who, uri) for node, who in guests))
    assert set(at_once) <= {State.ASKED, State.GOING, State.WAITING}
    assert State.ASKED not in [state for (node, _), state in zip(guests, at_once, strict=True) if node is usine]

    async def states() -> list[State | None]:
        return [(await seen(node, who, uri))[1].mine for node, who in guests]

    async def all_answered() -> bool:
        return State.ASKED not in await states()

    # Each of them knows within ten seconds whether they have a seat or wait for one.
    await eventually(all_answered, seconds=10)
    assert system_clock() - started < 10 * SECOND
    assert Counter(await states()) == {State.GOING: SEATS, State.WAITING: 10}
    post, view = await seen(usine, amina, uri)
    assert (view.going, view.waiting, view.left) == (SEATS, 10, 0)
    known = await usine.read(answers.people, amina.viewer, post)
    assert {one.account.domain for one in known.going + known.waiting} == {"", siege.host, filiale.host}
    # Whose seat is free goes to whoever waits first, at whatever node they are, and they are told.
    queue = [one.account for one in known.waiting]
    going = [guest for guest, state in zip(guests, await states(), strict=True) if state is State.GOING]
    for node, who in (going[0], going[-1], going[len(going) // 2]):
        await say(node, who, uri, "no")
        await settled(*nodes)
    lucky = queue[:3]
    for account in lucky:
        node = next(one for one in nodes if one.host == (account.domain or usine.host))
        who = await node.person(account.username)
        _, own = await seen(node, who, uri)
        assert own.mine is State.GOING, account.acct
        told = await node.read(notifications.notifications, who.viewer, FIRST, now=CLOCK())
        assert "going" in [one.subject.split(":")[1] for one in told if one.subject.startswith("gathering:")]
    after = Counter(await states())
    assert (after[State.GOING], after[State.WAITING], after[State.NO]) == (SEATS, 7, 3)
    # The numbers are told to the other nodes without anybody asking; the names stay where they are.
    CLOCK.ahead += 20 * SECOND

    async def told_numbers() -> bool:
        shown = (await seen(siege, guests[0][1], uri))[1]
        return (shown.going, shown.waiting) == (SEATS, 7)

    await eventually(told_numbers, seconds=20)
    shown = await siege.read(answers.people, guests[0][1].viewer, (await seen(siege, guests[0][1], uri))[0])
    assert {one.account.domain for one in shown.going + shown.waiting + shown.maybe} <= {""}
    # A calendar of somebody elsewhere holds it at the right hour.
    node, who = next((node, who) for node, who in guests if node is filiale)
    await say(node, who, uri, "maybe")
    await settled(*nodes)
    token = await filiale.write(agenda.renew, who.viewer, 0, now=CLOCK())
    async with filiale.request("GET", f"/calendars/{token}.ics") as answer:
        assert answer.status == 200
        (event,) = Calendar.from_ical(await answer.read()).walk("VEVENT")
    assert event.decoded("DTSTART").timestamp() * 1000 == starts // 1000 * 1000
    assert str(event["UID"]) == uri
