"""Pushes to apps: a push service on loopback gets what another implementation of the standards can read."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import http_ece
import msgspec
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from federation.addresses import AddressRules
from federation.client import Client, ClientSettings
from server.api.push import AlertsParams
from server.app import count, sentence
from server.work.push import Pushes
from social import jobs
from social.clock import DAY
from social.communities import communities, membership
from social.communities.communities import NewCommunity
from social.errors import Unavailable
from social.people import relations, users
from social.policy import Role
from social.push import hours, sealing, subscriptions
from social.rolls import calls
from storage import jobs as job_rows
from storage.communities import Entry
from storage.ids import Millis, PostId
from storage.notifications import Kind
from tests.api.site import Site
from tests.api.validate import validate
from tests.world import one_pair

PATH = "/api/v1/push/subscription"
SECRET = b"0123456789abcdef"
EVERYTHING = {"mention": True, "favourite": True, "follow": True, "poll": False}


class Service:
    """A push service: what came, and what it answers."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.status = 201
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    app = web.Application()
    app.router.add_post("/push/{device}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made.url = f"http://localhost:{port}/push/one"
    yield made
    await runner.cleanup()


class Phone:
    """A device with its keys, which reads what is sealed for it by `http_ece`."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.p256dh = base64.urlsafe_b64encode(point).decode()

    def device(self, service: Service, *, standard: bool) -> dict[str, Any]:
        keys = {"p256dh": self.p256dh, "auth": base64.b64encode(SECRET).decode()}
        return {"endpoint": service.url, "keys": keys, "standard": standard}

    def read(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        if headers["Content-Encoding"] == "aes128gcm":
            plain = http_ece.decrypt(body, private_key=self.key, auth_secret=SECRET, version="aes128gcm")
        else:
            salt = sealing.from_base64(headers["Encryption"].removeprefix("salt="))
            sender = sealing.from_base64(headers["Crypto-Key"].partition(";")[0].removeprefix("dh="))
            plain = http_ece.decrypt(
                body, salt=salt, private_key=self.key, dh=sender, auth_secret=SECRET, version="aesgcm"
            )
        found: dict[str, Any] = json.loads(plain)
        return found


def identity(headers: dict[str, str]) -> tuple[dict[str, Any], bytes]:
    """The claims of who pushes, once the signature is checked against the key beside it, and that key."""
    said = headers["Authorization"]
    if said.startswith("vapid "):
        parts = dict(part.strip().split("=", 1) for part in said.removeprefix("vapid ").split(","))
        token, key = parts["t"], parts["k"]
    else:
        token, key = said.removeprefix("WebPush "), headers["Crypto-Key"].partition("p256ecdsa=")[2]
    head, claims, signature = token.split(".")
    raw = sealing.from_base64(signature)
    point = sealing.from_base64(key)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    numbers = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(numbers, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(sealing.from_base64(claims)), point


async def subscribed(site: Site, service: Service, phone: Phone, *, standard: bool = True, **data: Any) -> Any:
    body = {"subscription": phone.device(service, standard=standard), "data": {"alerts": EVERYTHING, **data}}
    return (await site.post(PATH, "WebPushSubscription", by="amina", body=body)).json


async def waiting(site: Site) -> list[jobs.SendPush]:
    """Pushes that are to be sent; taken from the queue."""
    await site.settle()
    rows = await site.node.db.write(job_rows.claim, ["send_push"], site.node.clock(), 60_000, 100)
    for row in rows:
        await site.node.db.write(job_rows.finish, row.id)
    return [job for row in rows if isinstance(job := jobs.read(row.arguments), jobs.SendPush)]


async def send(site: Site) -> int:
    """Send what waits; how many."""
    found = await waiting(site)
    rules = AddressRules(insecure_loopback=True)
    async with Client(ClientSettings(user_agent="test", addresses=rules), clock=site.node.clock) as client:
        pushes = Pushes(site.node, client, sentence, count)
        for job in found:
            await pushes.send(job)
    return len(found)


async def send_held(site: Site) -> int:
    """Send what waited for the end of a quiet time, if it is over; for how many devices."""
    taken = await site.node.db.write(job_rows.claim, ["send_held_pushes"], site.node.clock(), 60_000, 100)
    rules = AddressRules(insecure_loopback=True)
    async with Client(ClientSettings(user_agent="test", addresses=rules), clock=site.node.clock) as client:
        pushes = Pushes(site.node, client, sentence, count)
        for row in taken:
            job = jobs.read(row.arguments)
            assert isinstance(job, jobs.SendHeldPushes)
            await pushes.send_held(job)
            await site.node.db.write(job_rows.finish, row.id)
    return len(taken)


@pytest.mark.parametrize("standard", [True, False])
async def test_a_mention_is_pushed_sealed_for_the_device_and_signed(
    site: Site, service: Service, standard: bool
) -> None:
    phone = Phone()
    made = await subscribed(site, service, phone, standard=standard)
    assert (made["endpoint"], made["standard"], made["policy"]) == (service.url, standard, "all")
    assert made["alerts"] | EVERYTHING == made["alerts"]
    await site.say("luc", "@amina the <b>crane</b> is stuck")
    assert await send(site) == 1
    [(headers, body)] = service.came
    payload = phone.read(headers, body)
    assert validate("PushPayload", payload) == []
    assert (payload["title"], payload["body"]) == ("Luc Perrin vous nomme", "@amina the <b>crane</b> is stuck")
    assert payload["access_token"] == await site.token("amina")
    told = (await site.get("/api/v1/notifications", by="amina")).json[0]
    assert (str(payload["notification_id"]), payload["notification_type"]) == (told["id"], "mention")
    assert (headers["TTL"], headers["Urgency"]) == ("172800", "normal")
    claims, key = identity(headers)
    assert claims["aud"] == service.url.removesuffix("/push/one")
    assert site.node.clock() / 1000 < claims["exp"] <= site.node.clock() / 1000 + 24 * 3600
    assert key == sealing.from_base64(made["server_key"])
    assert len(body) <= 4096


async def test_what_comes_in_quiet_hours_is_one_push_in_the_morning(site: Site, service: Service) -> None:
    phone = Phone()
    await subscribed(site, service, phone)
    site.world.clock.pass_by(hours=9)
    post = await site.say("amina", "good night")
    await site.say("luc", "@amina the crane")
    await site.post(f"/api/v1/statuses/{post}/favourite", by="luc")
    assert await send(site) == 2
    assert service.came == []
    site.world.clock.pass_by(hours=9)
    assert await send_held(site) == 0
    # Before the hour comes, the person reads the first of them elsewhere, and another one is written.
    first = (await site.get("/api/v1/notifications", by="amina")).json[-1]["id"]
    await site.post("/api/v1/markers", by="amina", form={"notifications[last_read_id]": first})
    await site.say("luc", "@amina and the gate")
    assert await send(site) == 1
    site.world.clock.pass_by(hours=2)
    assert await send_held(site) == 1
    [(headers, body)] = service.came
    payload = phone.read(headers, body)
    assert validate("PushPayload", payload) == []
    assert payload["title"].replace("\u00a0", " ") == "2 choses se sont passées pour vous"
    assert payload["body"] == "Luc Perrin vous nomme\nLuc Perrin aime votre message"
    newest = (await site.get("/api/v1/notifications", by="amina")).json[0]["id"]
    assert str(payload["notification_id"]) == newest
    await site.say("luc", "@amina good morning")
    assert await send(site) == 1
    assert len(service.came) == 2 and await send_held(site) == 0


async def test_who_comes_back_earlier_or_stays_away_longer_is_pushed_then(site: Site, service: Service) -> None:
    phone = Phone()
    await subscribed(site, service, phone)
    amina, clock = site.world.viewer("amina"), site.world.clock
    await site.node.db.write(hours.go_away, amina, Millis(clock() + DAY), now=clock())
    await site.say("luc", "@amina the crane")
    assert await send(site) == 1
    await site.node.db.write(hours.go_away, amina, Millis(clock() + 2 * DAY), now=clock())
    clock.pass_by(hours=24)
    assert await send_held(site) == 1
    assert service.came == []
    await site.node.db.write(hours.go_away, amina, None, now=clock())
    assert await send_held(site) == 1
    [(headers, body)] = service.came
    assert phone.read(headers, body)["body"] == "@amina the crane"


async def test_a_roll_call_rings_at_night_on_each_device(site: Site, service: Service) -> None:
    phone = Phone()
    await subscribed(site, service, phone, alerts={"mention": False})
    await site.world.person("marc", role=Role.ADMIN)
    site.world.clock.pass_by(hours=12)
    marc, amina = site.world.viewer("marc"), site.world.viewer("amina")
    await site.node.db.write(relations.mute, amina, marc.account, ids=site.node.ids, now=site.node.clock())
    await site.node.db.write(calls.begin, marc, "Fuite de gaz", ids=site.node.ids, now=site.node.clock())
    assert await send(site) == 1
    [(headers, body)] = service.came  # whoever muted who asks is asked too
    payload = phone.read(headers, body)
    assert (payload["title"], payload["notification_type"]) == (
        "Marc Dubois demande si vous êtes en sécurité",
        "roll.call",
    )
    node = site.node
    await node.db.write(calls.end, marc, now=node.clock())
    await node.db.write(relations.block, amina, marc.account, ids=node.ids, urls=node.urls, now=node.clock())
    await node.db.write(calls.begin, marc, "Exercice", ids=node.ids, now=node.clock())
    await send(site)
    assert len(service.came) == 1, "a block holds"


async def test_an_app_that_names_kinds_of_ours_is_pushed_those(site: Site, service: Service) -> None:
    assert {one.encode_name for one in msgspec.structs.fields(AlertsParams)} == {kind.value for kind in Kind}
    world, phone = site.world, Phone()
    made = await subscribed(site, service, phone, alerts={"community.invited": True})
    assert [kind for kind, wanted in made["alerts"].items() if wanted] == ["community.invited"]
    await world.person("marc")
    marc = world.viewer("marc")
    new = NewCommunity(username="football", keys=one_pair(), entry=Entry.INVITED)
    football = await world.db.write(communities.create, marc, new, ids=world.ids, urls=world.urls, now=world.clock())
    await world.db.write(membership.invite, marc, football.id, world.id("amina"), ids=world.ids, now=world.clock())
    assert await send(site) == 1
    payload = phone.read(*service.came[0])
    assert validate("PushPayload", payload) == []
    assert payload["notification_type"] == "community.invited"


async def test_the_node_tells_its_key_before_anybody_subscribes(site: Site, service: Service) -> None:
    told = (await site.get("/api/v2/instance", "Instance")).json["configuration"]["vapid"]["public_key"]
    assert len(sealing.from_base64(told)) == 65
    made = await subscribed(site, service, Phone())
    assert made["server_key"] == told
    form = {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    assert (await site.post("/api/v1/apps", "CredentialApplication", form=form)).json["vapid_key"] == told


async def test_another_key_serves_new_subscriptions_and_the_old_one_those_that_are(
    site: Site, service: Service
) -> None:
    phone = Phone()
    before = await subscribed(site, service, phone)
    await site.node.db.write(subscriptions.rotate_key, now=site.node.clock())
    await site.say("luc", "@amina hello")
    assert await send(site) == 1
    assert identity(service.came[0][0])[1] == sealing.from_base64(before["server_key"])
    after = await subscribed(site, service, phone)
    assert after["server_key"] != before["server_key"]


async def test_only_what_is_wanted_is_pushed(site: Site, service: Service) -> None:
    post = await site.say("amina", "hello")
    await subscribed(site, service, Phone(), policy="followed")
    await site.say("luc", "@amina from a stranger")
    assert await send(site) == 0
    await site.follow("amina", "luc")
    await site.say("luc", "@amina from a friend")
    await site.post(f"/api/v1/statuses/{post}/reblog", by="luc")
    assert await send(site) == 1
    changed = await site.call("PUT", PATH, "WebPushSubscription", by="amina", body={"data": {"policy": "none"}})
    assert (changed.json["policy"], changed.json["alerts"]["mention"]) == ("none", True)
    await site.say("luc", "@amina again")
    assert await send(site) == 0
    form = {"data[alerts][reblog]": "true", "data[policy]": "all"}
    changed = await site.call("PUT", PATH, "WebPushSubscription", by="amina", form=form)
    assert (changed.json["alerts"]["mention"], changed.json["alerts"]["reblog"]) == (False, True)
    await site.call("PUT", PATH, by="amina", body={"data": {"policy": "everybody"}}, status=422)


async def test_a_token_has_one_subscription_that_ends_with_it(site: Site, service: Service) -> None:
    await site.get(PATH, by="amina", status=404)
    first = await subscribed(site, service, Phone())
    second = await subscribed(site, service, Phone())
    assert second["id"] != first["id"]
    assert (await site.get(PATH, "WebPushSubscription", by="amina")).json == second
    await site.get(PATH, by="luc", status=404)
    await site.call("DELETE", PATH, by="amina")
    await site.call("DELETE", PATH, by="amina")
    await site.get(PATH, by="amina", status=404)
    await site.say("luc", "@amina hello")
    assert await send(site) == 0


@pytest.mark.parametrize("status", [404, 410, 403])
async def test_a_device_that_is_gone_is_pushed_no_more(site: Site, service: Service, status: int) -> None:
    await subscribed(site, service, Phone())
    service.status = status
    await site.say("luc", "@amina hello")
    await send(site)
    await site.get(PATH, by="amina", status=404)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_service_in_trouble_is_tried_again(site: Site, service: Service, status: int) -> None:
    await subscribed(site, service, Phone())
    service.status = status
    await site.say("luc", "@amina hello")
    with pytest.raises(Unavailable):
        await send(site)
    await site.get(PATH, "WebPushSubscription", by="amina")


async def test_what_is_gone_or_not_ones_own_is_not_pushed(site: Site, service: Service) -> None:
    await subscribed(site, service, Phone())
    post = await site.say("luc", "@amina hello")
    [job] = await waiting(site)
    await site.call("DELETE", f"/api/v1/statuses/{post}", by="luc")
    await site.say("luc", "@amina again")
    [second] = await waiting(site)
    await site.world.person("marc", role=Role.ADMIN)
    await site.node.db.write(users.disable, site.world.viewer("marc"), site.world.id("amina"), now=site.node.clock())
    rules = AddressRules(insecure_loopback=True)
    async with Client(ClientSettings(user_agent="test", addresses=rules), clock=site.node.clock) as client:
        for one in (job, second, second):
            await Pushes(site.node, client, sentence, count).send(one)
    assert service.came == []


async def test_an_address_of_our_own_network_is_not_connected_to(site: Site, service: Service) -> None:
    await subscribed(site, service, Phone())
    await site.say("luc", "@amina hello")
    [job] = await waiting(site)
    async with Client(ClientSettings(user_agent="test"), clock=site.node.clock) as client:
        await Pushes(site.node, client, sentence, count).send(job)
    assert service.came == []
    await site.get(PATH, by="amina", status=404)


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "http://push.example/one"},
        {"endpoint": "ftp://push.example/one"},
        {"endpoint": ""},
        {"endpoint": "https://user@push.example/one"},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": base64.b64encode(b"\x04" + b"\1" * 64).decode(), "auth": "MDEyMzQ1Njc4OWFiY2RlZg"}},
        {"keys": {"p256dh": "é", "auth": "é"}},
        {"keys": {}},
    ],
)
async def test_a_subscription_that_cannot_be_is_refused(
    site: Site, service: Service, change: dict[str, object]
) -> None:
    body = {"subscription": Phone().device(service, standard=True) | change, "data": {"alerts": EVERYTHING}}
    reply = await site.post(PATH, by="amina", body=body, status=422 if change != {"endpoint": ""} else 400)
    assert "error" in reply.json
    await site.get(PATH, by="amina", status=404)


async def test_a_long_body_of_wide_characters_still_fits_a_push(site: Site, service: Service) -> None:
    phone = Phone()
    await subscribed(site, service, phone)
    post = await site.say("luc", "@amina " + "👩‍👩‍👧‍👦" * 150)
    assert PostId(int(post))
    assert await send(site) == 1
    [(headers, body)] = service.came
    assert len(body) <= 4096
    assert phone.read(headers, body)["title"]
