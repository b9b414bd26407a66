"""Proof of delivery under one's own post."""

import pytest

from social.clock import HOUR
from social.errors import NotFound
from social.posts import arrivals
from storage import deliveries
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import DeliveryId, Millis, PostId
from tests.web.conftest import Site
from tests.world import World

HOSTS = ("siege.example", "filiale.example", "elsewhere.example")


async def sent(world: World, post: PostId, name: str = "amina") -> dict[str, DeliveryId]:
    """The post goes to three nodes; the ids of its deliveries."""
    account, now = world.id(name), world.clock()
    uri = f"{world.urls.post_uri(name, post)}/activity"
    ids = {host: DeliveryId(world.ids.make()) for host in HOSTS}
    to = [InboxTarget(inbox_url=f"https://{host}/inbox", host=host) for host in HOSTS]

    def write(tx: Tx) -> None:
        activity = world.ids.make()
        deliveries.freeze(tx, activity, account, uri, "Create", "{}", now)
        deliveries.address(tx, activity, account, list(ids.values()), to, now)

    await world.db.write(write)
    return ids


async def test_the_author_sees_what_arrived_what_is_late_and_what_was_refused(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    post = await site.world.say("amina", "Line 3 stops")
    ids = await sent(site.world, post)
    fresh = (await amina.read(f"/@amina/{post}")).words
    assert "Arrived at 0 of 3 other sites" in fresh
    assert fresh.count("on its way") == 3
    await site.world.db.write(deliveries.arrived, [ids["siege.example"]], site.world.clock())
    await site.world.db.write(deliveries.refused, ids["elsewhere.example"], "403 not you", site.world.clock())
    site.world.clock.pass_by(hours=1)
    page = await amina.read(f"/@amina/{post}")
    assert "Arrived at 1 of 3 other sites" in page.words
    assert "refused by one" in page.words
    lines = {item.i.get_text(): item for item in page.page.select(".hoist li")}
    assert "403 not you" in lines["elsewhere.example"].get_text()
    assert any("late" in item.get_text() for item in lines.values())
    assert "Arrived" not in (await luc.read(f"/@amina/{post}")).words


async def test_what_was_refused_or_is_late_is_tried_again_at_once(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    post = await site.world.say("amina", "Line 3 stops")
    ids = await sent(site.world, post)
    now = site.world.clock()
    await site.world.db.write(deliveries.arrived, [ids["siege.example"]], now)
    await site.world.db.write(deliveries.refused, ids["elsewhere.example"], "403 not you", now)
    await site.world.db.write(deliveries.later, ids["filiale.example"], Millis(now + 5 * HOUR), "no answer")
    site.world.clock.pass_by(hours=1)
    for host in ("elsewhere.example", "filiale.example"):
        refused = await luc.send(f"/posts/{post}/again/{host}", {})
        assert refused.status == 404
        done = await amina.send(f"/posts/{post}/again/{host}", {"back": f"/@amina/{post}"})
        assert "tried again" in done.page.select_one(".toast").text
    assert await site.world.db.read(deliveries.next_due, site.world.clock()) == site.world.clock()
    waiting = {row.host: row.waiting for row in await site.world.db.read(deliveries.queues)}
    assert waiting == {"elsewhere.example": 1, "filiale.example": 1}
    with pytest.raises(NotFound):
        await site.world.db.write(
            arrivals.again, site.world.viewer("amina"), post, "siege.example", now=site.world.clock()
        )


async def test_a_post_that_went_nowhere_says_nothing(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Only here")
    assert not (await amina.read(f"/@amina/{post}")).page.select(".hoist")
