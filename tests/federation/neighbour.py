"""Another node, scripted: its people have real keys, its documents are served on a real socket, its deliveries signed.

async with Neighbour() as siege:
    bruno = siege.person("bruno")                      an actor, served at his id
    note = siege.note(bruno, "Line 3 stops", to=…)     a post, served at its id
    siege.create(note)                                 the activity
    answer = await siege.deliver(station, siege.create(note))      signed by the activity's actor
"""

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

import aiohttp
import msgspec

from federation.signing.cavage import sign
from federation.signing.keys import SigningKey, generate, public_pem, signing_key
from social.clock import iso
from storage.ids import Millis
from tests.peer import Peer, response
from tests.world import NOON

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
DOCUMENT = "application/activity+json"


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """An actor of the neighbour."""

    id: str
    name: str
    key: SigningKey

    @property
    def followers(self) -> str:
        return f"{self.id}/followers"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What our node answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@lru_cache(maxsize=8)
def pem(which: int = 0) -> str:
    """A private key, made once: making one takes longer than most tests."""
    return generate()


class Neighbour(Peer):
    """A scripted node with people."""

    def __init__(self, host: str = "siege.localhost") -> None:
        super().__init__(host)
        self._session: aiohttp.ClientSession | None = None
        self._made = 0

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._session is not None:
            await self._session.close()
        await super().__aexit__(*error)

    def person(self, name: str, *, kind: str = "Person", key: int = 0, serve: bool = True, **said: Any) -> Somebody:
        """An actor; served at its id unless `serve` is False."""
        id = self.url(f"/users/{name}") if kind != "Application" else self.url("/actor")
        private = pem(key)
        who = Somebody(id=id, name=name, key=signing_key(f"{id}#main-key", private))
        if serve:
            self.document(id.removeprefix(self.url("")), self.actor(who, private, kind=kind, **said))
        return who

    def actor(self, who: Somebody, private: str = "", *, kind: str = "Person", **said: Any) -> dict[str, Any]:
        """The document of an actor."""
        return {
            "@context": CONTEXT,
            "id": who.id,
            "type": kind,
            "preferredUsername": who.name,
            "name": who.name.capitalize(),
            "inbox": f"{who.id}/inbox",
            "outbox": f"{who.id}/outbox",
            "followers": who.followers,
            "following": f"{who.id}/following",
            "endpoints": {"sharedInbox": self.url("/inbox")},
            "publicKey": {"id": who.key.id, "owner": who.id, "publicKeyPem": public_pem(private or pem())},
            **said,
        }

    def node(self, **said: Any) -> Somebody:
        """The instance actor, with NodeInfo."""
        who = self.person("instance.actor", kind="Application", **said)
        links = [
            {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": self.url("/nodeinfo/2.1")},
            {"rel": "https://www.w3.org/ns/activitystreams#Application", "href": who.id},
        ]
        self.json("/.well-known/nodeinfo", {"links": links})
        software = {"name": "archipel", "version": "0.1.0"}
        self.json("/nodeinfo/2.1", {"version": "2.1", "software": software, "metadata": {"nodeName": "Siège"}})
        return who

    def json(self, path: str, fields: Any, kind: str = "application/json") -> str:
        """Serve plain JSON."""
        return self.answer(path, json.dumps(fields).encode(), headers={"Content-Type": kind})

    def handle(self, who: Somebody, name: str | None = None, actor: str | None = None) -> str:
        """Serve WebFinger for one handle, which is returned."""
        subject = f"{name or who.name}@{self.authority}"
        links = [{"rel": "self", "type": DOCUMENT, "href": actor or who.id}]
        self.json("/.well-known/webfinger", {"subject": f"acct:{subject}", "links": links}, "application/jrd+json")
        return subject

    def note(self, by: Somebody, text: str = "Line 3 stops", *, serve: bool = True, **said: Any) -> dict[str, Any]:
        """A public post, or what the keywords say."""
        self._made += 1
        fields = {
            "@context": CONTEXT,
            "id": f"{by.id}/posts/{self._made}",
            "type": "Note",
            "attributedTo": by.id,
            "content": f"<p>{text}</p>",
            "published": iso(NOON),
            "to": [PUBLIC],
            "cc": [by.followers],
            **said,
        }
        if serve:
            self.document(fields["id"].removeprefix(self.url("")), fields)
        return fields

    def create(self, note: Mapping[str, Any], **said: Any) -> dict[str, Any]:
        """The Create of a post."""
        return self.about(
            "Create", note["attributedTo"], note, id=f"{note['id']}/activity", to=note["to"], cc=note["cc"], **said
        )

    def update(self, note: Mapping[str, Any], text: str, at: Millis) -> dict[str, Any]:
        """An edit of a post."""
        edited = {**note, "content": f"<p>{text}</p>", "updated": iso(at)}
        return self.about("Update", note["attributedTo"], edited, id=f"{note['id']}#updates/{at}")

    def delete(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """The end of a post."""
        tombstone = {"id": note["id"], "type": "Tombstone"}
        return self.about("Delete", note["attributedTo"], tombstone, id=f"{note['id']}#delete")

    def about(self, kind: str, actor: str, object: Any, **said: Any) -> dict[str, Any]:
        """Any activity; its id is new unless it is said."""
        self._made += 1
        return {
            "@context": CONTEXT,
            "id": f"{actor}#{kind.lower()}s/{self._made}",
            "type": kind,
            "actor": actor,
            "object": object,
            **said,
        }

    async def deliver(
        self,
        to: str,
        activity: Any,
        key: SigningKey,
        *,
        host: str,
        now: Millis = NOON,
        headers: Mapping[str, str] | None = None,
        signed_body: bytes | None = None,
    ) -> Reply:
        """POST an activity (or raw bytes) to the inbox at `to`, the URL by address, signed for `host`."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        path = "/" + to.split("/", 3)[3]
        made = sign(key, "POST", f"http://{host}{path}", body if signed_body is None else signed_body, now)
        return await self.send("POST", to, {**made, **(headers or {})}, body)

    async def ask(self, url: str, key: SigningKey | None, *, host: str, now: Millis = NOON, **headers: str) -> Reply:
        """GET a document, signed if there is a key."""
        path = "/" + url.split("/", 3)[3]
        made = sign(key, "GET", f"http://{host}{path}", None, now) if key is not None else {"Host": host}
        return await self.send("GET", url, {"Accept": DOCUMENT, **made, **headers}, None)

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """Any request."""
        assert self._session is not None
        stream = None if body is None else io.BytesIO(body)
        async with self._session.request(
            method, url, headers=headers, data=stream, allow_redirects=False, skip_auto_headers=("Content-Type",)
        ) as answer:
            return Reply(status=answer.status, headers=answer.headers, body=await answer.read())

    def gone(self, path: str) -> str:
        """410 from now on."""
        return self.answer(path, status=410)

    def once_each(self, path: str, *documents: Mapping[str, Any]) -> str:
        """One document after another, the last one for ever."""
        left = list(documents)

        async def script(seen: Any, writer: Any) -> None:
            fields = left.pop(0) if len(left) > 1 else left[0]
            writer.write(response(200, json.dumps(fields).encode(), {"Content-Type": DOCUMENT}))

        return self.on(path, script)
