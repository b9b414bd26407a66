"""Another node, with actors whose keys the test holds: it asks and tells whatever the test wants, signed or not.

async with Foe("siege.localhost") as siege:                 a scripted peer (`tests/peer.py`) that takes deliveries
    rita = siege.actor("rita")                              her document is served; her id
    reply = await siege.ask(usine, "/users/amina", by=rita)                a signed GET
    status = await siege.tell(usine, siege.create(rita, "bonjour"))        a signed POST to the inbox
    document = siege.note(rita, "bonjour", to=[…])          a post, served under its id
"""

import asyncio
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any, Self
from urllib.parse import parse_qs

import msgspec

from federation.signing.cavage import sign
from federation.signing.keys import signing_key
from social.clock import iso, system_clock
from social.people.keys import KeyPair
from storage.ids import Millis
from tests.peer import Peer, Seen, response
from tests.sites import Site
from tests.world import one_pair

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
DOCUMENT = "application/activity+json"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


async def asked(
    site: Site, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Any = None, **options: Any
) -> Reply:
    """One request to a node, nothing followed."""
    async with site.request(method, path, headers=headers, data=body, **options) as answer:
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(status=answer.status, headers=found, body=await answer.read())


class Foe:
    """A node of another host. All its actors share one key pair; each lists it under an id of its own."""

    def __init__(self, host: str = "foe.localhost", pair: KeyPair | None = None) -> None:
        self.peer = Peer(host)
        self.pair = pair or one_pair()
        self._numbers = itertools.count(1)
        self._known: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        await self.peer.__aenter__()
        self.peer.answer("/inbox", status=202)
        self.peer.on("/.well-known/webfinger", self._finger)
        self.actor("actor", path="/actor", type="Application")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.peer.__aexit__()

    @property
    def authority(self) -> str:
        """`host:port`, as a node's list of peers has it."""
        return self.peer.authority

    @property
    def node(self) -> str:
        """The id of its instance actor."""
        return self.peer.url("/actor")

    def actor(self, name: str, /, *, path: str = "", **fields: Any) -> str:
        """Serve an actor with WebFinger; its id. `fields` replace those of the document."""
        place = path or f"/users/{name}"
        id = self.peer.url(place)
        document = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "Person",
            "preferredUsername": name,
            "name": name.capitalize(),
            "inbox": f"{id}/inbox",
            "outbox": f"{id}/outbox",
            "followers": f"{id}/followers",
            "following": f"{id}/following",
            "endpoints": {"sharedInbox": self.peer.url("/inbox")},
            "publicKey": {"id": f"{id}#main-key", "owner": id, "publicKeyPem": self.pair.public_pem},
        }
        self.peer.document(place, document | fields)
        self.peer.answer(f"{place}/inbox", status=202)
        self.point(f"acct:{name}@{self.authority}", id)
        return id

    def point(self, resource: str, id: str) -> None:
        """Where WebFinger leads from a handle."""
        self._known[resource] = id

    def note(self, author: str, html: str, *, to: Sequence[str] = (PUBLIC,), **fields: Any) -> dict[str, Any]:
        """A post of an actor, served under its id."""
        path = f"/posts/{next(self._numbers)}"
        document = {
            "id": self.peer.url(path),
            "type": "Note",
            "attributedTo": author,
            "content": html,
            "published": iso(system_clock()),
            "to": list(to),
            "cc": [],
        } | fields
        self.peer.document(path, document)
        return document

    def activity(self, actor: str, type: str, object: Any, **fields: Any) -> dict[str, Any]:
        """An activity with an id of its own."""
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.peer.url(f"/activities/{next(self._numbers)}"),
            "type": type,
            "actor": actor,
            "object": object,
        } | fields

    def create(self, author: str, html: str, *, to: Sequence[str] = (PUBLIC,), **fields: Any) -> dict[str, Any]:
        """The Create of a new post."""
        note = self.note(author, html, to=to, **fields)
        return self.activity(author, "Create", note, to=note["to"], cc=note["cc"], published=note["published"])

    def signed(
        self,
        site: Site,
        method: str,
        path: str,
        by: str,
        body: bytes | None = None,
        *,
        now: Millis | None = None,
        pair: KeyPair | None = None,
        key_id: str = "",
    ) -> dict[str, str]:
        """The headers of a request that the actor signs; `pair` signs with another key, `key_id` names another."""
        key = signing_key(key_id or f"{by}#main-key", (pair or self.pair).private_pem)
        return sign(key, method, f"{site.base_url}{path}", body, system_clock() if now is None else now)

    async def ask(self, site: Site, path: str, *, by: str = "") -> Reply:
        """GET a document, signed by an actor; unsigned without one."""
        headers = self.signed(site, "GET", path, by) if by else {}
        return await asked(site, "GET", path, headers={**headers, "Accept": DOCUMENT})

    async def tell(self, site: Site, activity: Mapping[str, Any], *, by: str = "", to: str = "/inbox") -> int:
        """POST an activity to an inbox, signed by its actor or by somebody else; the status."""
        body = json.dumps(activity).encode()
        headers = self.signed(site, "POST", to, by or activity["actor"], body)
        return (await asked(site, "POST", to, headers=headers, body=body)).status

    async def _finger(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        resource = parse_qs(seen.target.partition("?")[2]).get("resource", [""])[0]
        id = self._known.get(resource)
        link = {"rel": "self", "type": DOCUMENT, "href": id}
        body = json.dumps({"subject": resource, "links": [link]}).encode()
        writer.write(response(200 if id else 404, body, {"Content-Type": "application/jrd+json"}))
