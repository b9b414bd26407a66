"""A site that is cut off for thirty days, and works on alone: when the line is back, nobody misses anything."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from social.clock import DAY, HOUR
from storage import deliveries, inbox
from tests.interop import views
from tests.interop.test_convergence import Clock
from tests.interop.wires import Wires
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person, Site

DAYS = 30
EVERY = 3
"""Days between two rounds of what people do."""


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sites(tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[LocalNode, ...]]:
    async with running_group(tmp_path, "siege", "usine", "filiale", clock=clock) as nodes:
        yield nodes


async def tried(site: Site, host: str) -> None:
    """Wait until the node has tried what was due for a host, in vain."""

    async def nothing_is_due() -> bool:
        due = await site.read(deliveries.next_due, site.clock())
        return due is None or due > site.clock()

    await eventually(nothing_is_due, seconds=20, why=f"{site.name} tries {host}")


async def test_thirty_days_apart_end_in_the_same_views(
    sites: tuple[LocalNode, ...], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    siege, usine, filiale = sites
    wires = Wires(sites, monkeypatch)
    bruno, amina, carla = await siege.person("bruno"), await usine.person("amina"), await filiale.person("carla")
    readers: dict[Site, Person] = {site: await site.person("reader") for site in sites}
    await siege.follow(bruno, amina)
    await usine.follow(amina, bruno)
    await settled(*sites)
    root = await siege.say(bruno, "Before the cut", visibility="public")
    doomed = await siege.say(bruno, "Will be taken back", visibility="public")
    await settled(*sites)

    await filiale.account_of(carla, amina)
    for other in (siege, filiale):
        wires.cut |= {(usine.host, other.host), (other.host, usine.host)}
    for day in range(0, DAYS, EVERY):
        await siege.say(bruno, f"Day {day} at the headquarters", visibility="public")
        await usine.say(amina, f"Day {day} at the plant", visibility="public")
        await filiale.say(carla, f"Day {day} in Madrid", visibility="public")
        clock.ahead += EVERY * DAY
        for site in sites:
            await tried(site, usine.host)
    at_usine = await usine.find(amina, root["uri"])
    await usine.say(amina, f"@{bruno.acct} an answer", in_reply_to_id=at_usine, visibility="public")
    await usine.api("POST", f"/api/v1/statuses/{at_usine}/favourite", amina)
    await siege.api("PUT", f"/api/v1/statuses/{root['id']}", bruno, status="Edited during the cut")
    await siege.api("DELETE", f"/api/v1/statuses/{doomed['id']}", bruno)
    await filiale.follow(carla, amina)
    await siege.api(
        "POST",
        f"/api/v1/statuses/{(await siege.say(bruno, f'@{amina.acct} for you', visibility='direct'))['id']}/bookmark",
        bruno,
    )

    wires.cut.clear()
    clock.ahead += HOUR
    for site in sites:
        await site.running.federation.greeting.greet_all()
    await settled(*sites, seconds=60)
    view = await views.equal(readers, [bruno, amina, carla], seconds=20)
    assert len(view.group) == 1 + 3 * len(range(0, DAYS, EVERY))
    assert doomed["uri"] not in view.posts
    assert "Edited during the cut" in view.posts[root["uri"]].content
    assert view.posts[root["uri"]].replies == 1
    told = await views.notified(usine, amina)
    assert [kind for kind, _, _ in told] == ["follow", "mention"] or {kind for kind, _, _ in told} >= {
        "follow",
        "mention",
    }
    assert ("favourite", amina.acct, root["uri"]) in await views.notified(siege, bruno)
    for site in sites:
        assert not await site.read(inbox.failed, 10)
        assert not await site.read(deliveries.queues)
