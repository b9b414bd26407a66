"""The figures of federation: signed activities in, deliveries out, with a peer in this process."""

import asyncio
import time
from collections.abc import Iterator

import msgspec

from benchmarks.figures import Line
from benchmarks.load import blast, request
from benchmarks.node import BenchNode
from benchmarks.world import World
from federation.signing import message
from federation.signing.cavage import sign
from federation.signing.keys import SigningKey, signing_key
from social.clock import iso
from social.people import keys, received, relations
from social.people.remote import RemoteActor, store_remote
from social.urls import Urls
from storage import accounts
from storage.engine.database import Database, Tx
from storage.engine.query import Query
from storage.ids import AccountId, IdMaker, millis

ACTIVITIES = 4_000
WRITERS = 20
INBOXES = 3_000
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
COUNT = Query(int, "SELECT COUNT(*) FROM posts AS p WHERE p.uri LIKE :like")


class Writer(msgspec.Struct, frozen=True):
    """A remote actor with its key."""

    uri: str
    key: SigningKey
    is_rsa: bool = True
    """Signs as draft-cavage has it; else with Ed25519 after RFC 9421."""


async def prepare(db: Database, world: World, host: str) -> list[Writer]:
    """Before the node starts: remote writers whom the first person follows, and followers with an inbox each."""
    pair, ids = keys.make_keys(), IdMaker()
    writers = [f"http://{host}/users/writer{number}" for number in range(WRITERS)]
    for uri in writers:
        await db.write(_followed, world, uri, host, pair, ids)
    for start in range(0, INBOXES, 500):
        await db.write(_followers, world, range(start, start + 500), host, pair, ids)
    return [
        *(Writer(uri, signing_key(f"{uri}#main-key", pair.private_pem)) for uri in writers),
        *(Writer(uri, signing_key(f"{uri}#ed25519-key", pair.ed25519_private_pem), is_rsa=False) for uri in writers),
    ]


def _followed(tx: Tx, world: World, uri: str, host: str, pair: keys.KeyPair, ids: IdMaker) -> None:
    account = actor(tx, uri, host, f"http://{host}/inbox", pair, ids)
    reader = world.people[0]
    urls = Urls(f"http://{host}")
    relations.follow(tx, reader, account, ids=ids, urls=urls, now=millis())
    followee, follower = accounts.by_id(tx, account), accounts.by_id(tx, reader.account)
    assert followee is not None
    received.receive_accept(tx, followee, None, follower, now=millis())


def _followers(tx: Tx, world: World, numbers: range, host: str, pair: keys.KeyPair, ids: IdMaker) -> None:
    author = accounts.by_id(tx, world.people[1].account)
    assert author is not None
    for number in numbers:
        uri = f"http://{host}/users/reader{number}"
        account = accounts.by_id(tx, actor(tx, uri, host, "", pair, ids))
        assert account is not None
        received.receive_follow(tx, account, author, f"{uri}#follows/1", ids=ids, now=millis())


def actor(tx: Tx, uri: str, host: str, shared: str, pair: keys.KeyPair, ids: IdMaker) -> AccountId:
    """A remote actor with its two keys."""
    actor = RemoteActor(
        uri=uri,
        url=uri,
        username=uri.rsplit("/", 1)[1],
        domain=host,
        kind=accounts.AccountKind.PERSON,
        inbox_url=f"{uri}/inbox",
        shared_inbox_url=shared,
        followers_url=f"{uri}/followers",
        key_id=f"{uri}#main-key",
        key_pem=pair.public_pem,
        more_keys=((f"{uri}#ed25519-key", pair.ed25519_public_pem),),
    )
    return store_remote(tx, actor, ids=ids, now=millis())


async def activities_in(node: BenchNode, db: Database, writers: list[Writer], *, rsa: bool = True) -> list[Line]:
    """Signed Creates to the shared inbox: accepted, and applied so that they are in the database."""
    prefix = f"{writers[0].uri.rsplit('/', 1)[0]}/%"
    before = await db.read(_applied, prefix)
    prepared = list(_creates(node, [writer for writer in writers if writer.is_rsa is rsa], before))
    started = time.perf_counter()
    rate = await blast("127.0.0.1", node.port, iter(prepared), clients=16)
    if rate.bad:
        raise RuntimeError(f"activities were not all taken: {rate.statuses}")
    async with asyncio.timeout(300):
        while await db.read(_applied, prefix) < before + ACTIVITIES:  # noqa: ASYNC110  # another process applies them
            await asyncio.sleep(0.05)
    applied = ACTIVITIES / (time.perf_counter() - started)
    name = "RSA" if rsa else "Ed25519"
    return [
        Line(what=f"signed activities accepted, {name}", value=rate.per_second, budget=1_000),
        Line(what="… applied and visible", value=applied, budget=600),
    ]


def _applied(tx: Tx, like: str) -> int:
    return tx.value(COUNT, like=like)


def _creates(node: BenchNode, writers: list[Writer], first: int = 0) -> Iterator[bytes]:
    for number in range(first, first + ACTIVITIES):
        writer = writers[number % len(writers)]
        note = f"{writer.uri}/notes/{number}"
        to, cc = [PUBLIC], [f"{writer.uri}/followers"]
        inner = {
            "id": note,
            "type": "Note",
            "attributedTo": writer.uri,
            "content": f"<p>Essai {number} de la ligne 4, tout va bien.</p>",
            "published": iso(millis()),
            "to": to,
            "cc": cc,
        }
        activity = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{note}/activity",
            "type": "Create",
            "actor": writer.uri,
            "to": to,
            "cc": cc,
            "object": inner,
        }
        body = msgspec.json.encode(activity)
        signing = sign if writer.is_rsa else message.sign
        signed = signing(writer.key, "POST", f"http://{node.host}/inbox", body, millis())
        yield request("POST", "/inbox", signed, body)


class Sink:
    """A peer that takes everything and counts it."""

    def __init__(self) -> None:
        self.taken = 0
        self.enough = asyncio.Event()
        self.wanted = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self, port: int) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def stop(self) -> None:
        """Listen no more, and hang up on whoever is connected."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(_length(head))
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
                if head.startswith(b"POST"):
                    self.taken += 1
                    if self.taken >= self.wanted:
                        self.enough.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        finally:
            self._open.discard(writer)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def deliveries_out(node: BenchNode, sink: Sink, ask: bytes) -> Line:
    """One post to an inbox per follower, all on one host: what the node signs and sends in a second."""
    sink.taken, sink.wanted = 0, INBOXES
    sink.enough.clear()
    started = time.perf_counter()
    await blast("127.0.0.1", node.port, iter([ask]), clients=1)
    async with asyncio.timeout(300):
        await sink.enough.wait()
    return Line(
        what="deliveries out, an inbox per follower", value=INBOXES / (time.perf_counter() - started), budget=900
    )
