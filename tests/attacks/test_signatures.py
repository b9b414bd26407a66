"""Forged, stale, borrowed and twisted signatures at the inbox and the documents of the running node."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import pytest_asyncio

from federation.signing.cavage import digest_of
from social.clock import HOUR, system_clock
from social.people.keys import KeyPair, make_keys
from storage.ids import Millis
from tests.attacks.foe import DOCUMENT, Foe, Reply, asked
from tests.attacks.kept import changed, kept
from tests.doors.askers import Person
from tests.nodes import settled
from tests.sites import LocalNode, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

FETCHED = ("accounts", "account_keys", "events", "peers", "sqlite_sequence")
"""What may change by a refusal: to check a signature, its actor is fetched."""
Headers = dict[str, str]
Twist = Callable[["Letter"], Headers]


class Letter:
    """An activity on its way, honestly signed by rita before it is twisted."""

    def __init__(self, foe: Foe, node: Site, rita: str, other: KeyPair) -> None:
        self.foe = foe
        self.node = node
        self.rita = rita
        self.other = other
        self.body = json.dumps(foe.create(rita, "faux", to=[node.urls.actor("amina")])).encode()

    def signed(self, **changes: Any) -> Headers:
        """The honest headers, or those that `Foe.signed` makes with changes."""
        return self.foe.signed(self.node, "POST", "/inbox", self.rita, self.body, **changes)

    async def send(self, headers: Headers, path: str = "/inbox") -> Reply:
        """Deliver it."""
        return await asked(self.node, "POST", path, headers=headers, body=self.body)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letter(usine: LocalNode, foe: Foe, amina: Person) -> AsyncIterator[Letter]:
    """A letter by somebody whom the node knows already."""
    rita = foe.actor("rita")
    await foe.tell(usine, foe.create(rita, "bonjour", to=[usine.urls.actor("amina")]))
    await settled(usine)
    yield Letter(foe, usine, rita, make_keys())


def _hmac(letter: Letter) -> Headers:
    """The public key, which everybody has, as a shared secret (the `httpsig` package takes it)."""
    headers = letter.signed()
    text = "\n".join(
        [
            "(request-target): post /inbox", f"host: {headers['Host']}", f"date: {headers['Date']}",
            f"digest: {headers['Digest']}", f"content-type: {headers['Content-Type']}",
        ]
    )  # fmt: skip
    made = base64.b64encode(hmac.digest(letter.foe.pair.public_pem.encode(), text.encode(), hashlib.sha256)).decode()
    names = "(request-target) host date digest content-type"
    signature = f'keyId="{letter.rita}#main-key",algorithm="hmac-sha256",headers="{names}",signature="{made}"'
    return {**headers, "Signature": signature}


def _covering(*names: str) -> Twist:
    """Says that less was signed."""

    def twist(letter: Letter) -> Headers:
        headers = letter.signed()
        begin, _, rest = headers["Signature"].partition('headers="')
        return {**headers, "Signature": f'{begin}headers="{" ".join(names)}"{rest.partition(chr(34))[2]}'}

    return twist


def _with(name: str, value: str) -> Twist:
    return lambda letter: {**letter.signed(), name: value}


def _without(name: str) -> Twist:
    return lambda letter: {key: value for key, value in letter.signed().items() if key != name}


def _aged(hours: int) -> Twist:
    return lambda letter: letter.signed(now=Millis(system_clock() + hours * HOUR))


def _of_body(body: bytes) -> Twist:
    return lambda letter: {**letter.signed(), "Digest": digest_of(body)}


FORGED: dict[str, Twist] = {
    "unsigned": lambda letter: {"Content-Type": DOCUMENT},
    "with another key": lambda letter: letter.signed(pair=letter.other),
    "with a key id of the victim": lambda letter: letter.signed(key_id=letter.node.urls.actor("amina") + "#main-key"),
    "with a key id of the node": lambda letter: letter.signed(key_id=letter.node.urls.instance_actor + "#main-key"),
    "with a key id without a key": lambda letter: letter.signed(key_id=letter.rita + "#other"),
    "with a key id that is no URL": lambda letter: letter.signed(key_id="rita"),
    "with a key id in a file": lambda letter: letter.signed(key_id="file:///etc/passwd"),
    "by HMAC with the public key": _hmac,
    "of three hours ago": _aged(-3),
    "of three hours from now": _aged(3),
    "without a date": _without("Date"),
    "without a digest": _without("Digest"),
    "with a digest of another body": _of_body(b"{}"),
    "with an empty digest": _with("Digest", "SHA-256="),
    "with a weak digest": _with("Digest", "MD5=" + base64.b64encode(bytes(16)).decode()),
    "for another host": _with("Host", "evil.example"),
    "for another moment": lambda letter: {**letter.signed(), "Date": format_datetime(_later(), usegmt=True)},
    "covering no target": _covering("host", "date", "digest", "content-type"),
    "covering no host": _covering("(request-target)", "date", "digest", "content-type"),
    "covering no date": _covering("(request-target)", "host", "digest", "content-type"),
    "covering no digest": _covering("(request-target)", "host", "date", "content-type"),
    "covering nothing": _covering(),
    "twice": lambda letter: {**letter.signed(), "Signature": ",".join([letter.signed()["Signature"]] * 2)},
    "empty": _with("Signature", ""),
    "unreadable": _with("Signature", 'keyId="' + "x" * 9_000),
    "in the other header": lambda letter: {**_without("Signature")(letter), "Authorization": "Signature x"},
}


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=2)


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_letter_is_refused_and_not_kept(usine: LocalNode, letter: Letter, how: str) -> None:
    before = kept(usine, without=FETCHED)
    reply = await letter.send(FORGED[how](letter))
    assert reply.status in (400, 401, 403), (how, reply.status)
    assert reply.headers["content-type"] == "application/problem+json"
    await settled(usine)
    assert not changed(before, kept(usine, without=FETCHED))


async def test_a_letter_for_one_inbox_is_not_for_another_nor_for_a_document(usine: LocalNode, letter: Letter) -> None:
    before = kept(usine, without=FETCHED)
    headers = letter.signed()
    assert (await letter.send(headers, "/users/amina/inbox")).status == 401
    assert (await letter.send(headers, "/inbox?x=1")).status == 401
    read = letter.foe.signed(usine, "GET", "/users/amina/outbox", letter.foe.node)
    for path in ("/users/amina/following", "/users/amina/followers", "/users/amina/posts/1", "/users/amina/outbox/"):
        assert (await asked(usine, "GET", path, headers={**read, "Accept": DOCUMENT})).status in (401, 404), path
    assert not changed(before, kept(usine, without=FETCHED))


async def test_the_honest_letter_is_kept_once_however_often_it_comes(
    usine: LocalNode, letter: Letter, amina: Person
) -> None:
    honest = Letter(letter.foe, usine, letter.rita, letter.other)
    headers = honest.signed()
    assert [(await honest.send(headers)).status for _ in range(3)] == [202] * 3
    await settled(usine)
    uri = json.loads(honest.body)["object"]["id"]
    assert [uri in row for row in kept(usine)["posts"]].count(True) == 1
    found = (await amina.ask("GET", f"/api/v2/search?q={uri}")).json
    assert [one["uri"] for one in found["statuses"]] == [uri]


async def test_nobody_signs_for_another_actor_of_their_own_node(usine: LocalNode, foe: Foe, letter: Letter) -> None:
    before = kept(usine, without=FETCHED)
    victim = foe.actor("victim")
    activity = foe.create(victim, "faux", to=[usine.urls.actor("amina")])
    assert await foe.tell(usine, activity, by=letter.rita) == 403
    assert not changed(before, kept(usine, without=FETCHED))


async def test_nodes_that_are_not_allowed_are_asked_nothing(usine: LocalNode, letter: Letter) -> None:
    before = kept(usine)
    async with Foe("stranger.localhost") as stranger:
        eve = stranger.actor("eve")
        activity = stranger.create(eve, "faux", to=[usine.urls.actor("amina")])
        assert await stranger.tell(usine, activity) == 403
        for path in ("/users/amina/outbox", "/users/amina/followers", "/users/amina"):
            assert (await stranger.ask(usine, path, by=eve)).status == 403
        assert stranger.peer.requests == []
    assert not changed(before, kept(usine))
