"""A browser asks to be pushed, with the session of its pages; the bell is one for all devices."""

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from social.feeds import markers
from social.people import sessions
from social.push import sealing
from storage import push as rows
from storage.ids import SessionId
from tests.web.conftest import Site


def device() -> dict[str, str]:
    """What a browser tells of itself."""
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return {
        "endpoint": "https://push.example/one",
        "p256dh": sealing.to_base64(point),
        "auth": base64.b64encode(b"0123456789abcdef").decode(),
    }


async def test_a_browser_subscribes_with_its_session_and_ends_it(site: Site) -> None:
    bruno = await site.person("bruno")
    key = await bruno.ask("GET", "/push/key")
    assert len(sealing.from_base64(key.body.decode())) == 65
    assert (await bruno.send("/push/subscribe", device(), follow=False)).status == 204
    [session] = await site.node.db.read(sessions.sessions, site.world.viewer("bruno"))
    found = await site.node.db.read(rows.of_session, SessionId(session.id))
    assert found is not None
    usual = "mention follow_request poll quote desk.review desk.changes scheduled.failed"
    assert (found.endpoint, found.alerts) == ("https://push.example/one", usual)
    assert (await bruno.send("/push/unsubscribe", {}, follow=False)).status == 204
    assert await site.node.db.read(rows.of_session, SessionId(session.id)) is None


async def test_a_browser_that_tells_nonsense_is_refused(site: Site) -> None:
    bruno = await site.person("bruno")
    for wrong in ({"endpoint": "http://push.example/one"}, {"p256dh": "AAAA"}, {"auth": "AAAA"}):
        assert (await bruno.send("/push/subscribe", device() | wrong, follow=False)).status == 422
    assert (await site.stranger("en").send("/push/subscribe", device(), follow=False)).status in (303, 401, 403)


async def test_the_bell_counts_what_is_for_the_reader_and_falls_silent_on_every_device(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    post = await site.world.say("bruno", "hello")
    await site.world.like("amina", post)
    await site.world.say("amina", "@bruno hello")
    await site.world.settle()
    page = (await bruno.read("/")).page
    assert page.select_one(".nav .count").text.startswith("1")
    # An app marks all as read.
    viewer = site.world.viewer("bruno")
    await site.node.db.write(markers.mark, viewer, "notifications", 1_000, now=site.world.clock())
    assert (await bruno.read("/")).page.select_one(".nav .count") is None
