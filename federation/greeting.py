"""Nodes meet: a greeting says that we are there, and makes the nodes of a group follow one another.

Whatever is signed and arrives opens our way at the other side: its breaker for us closes, what waits for us is due.
"""

import logging

import msgspec

from federation import pulse
from federation.communities.audience import Reading, reading_of
from federation.directory import follow_up
from federation.discovery import JRD_TYPE, NODEINFO_SCHEMA, base_url
from federation.document import BadDocument, decode, fields_of, many, text_of
from federation.errors import BadAnswer, BadContentType, PeerError, Refused
from federation.incoming.receive import Heard
from federation.names import same_origin
from federation.policy import Policy
from federation.resolver import Budget, Resolver
from federation.signing.knocking import Knocking, Manner
from federation.vocabulary import CONTEXT_URL
from federation.wire import Wire
from social import jobs, peers
from social.errors import Unavailable
from social.jobs import Greet
from social.people import keys
from storage import known
from storage import peers as peer_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.keys import Algorithm

logger = logging.getLogger("archipel.federation")

_APPLICATION = f"{CONTEXT_URL}#Application"
_MAX_ANSWER = 128 * 1024
_MAX_TEXT = 200


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a node says of itself: software and version, title, the id of its actor (empty: it names none)."""

    host: str
    software: str = ""
    version: str = ""
    title: str = ""
    actor: str = ""


async def look(wire: Wire, resolver: Resolver, host: str) -> Look:
    """Ask a node who it is. Raises PeerError."""
    base = base_url(host, insecure=wire.insecure)
    links = await _json(wire, resolver, f"{base}/.well-known/nodeinfo")
    hrefs = {text_of(link.get("rel")): text_of(link.get("href")) for link in _objects(links.get("links"))}
    actor = hrefs.get(_APPLICATION) or ""
    about = hrefs.get(NODEINFO_SCHEMA + "2.1") or hrefs.get(NODEINFO_SCHEMA + "2.0")
    if (actor and not same_origin(base, actor)) or (about is not None and not same_origin(base, about)):
        raise BadAnswer("a node that says it is another one", base)
    info = await _json(wire, resolver, about) if about is not None else {}
    software, metadata = fields_of(info.get("software")) or {}, fields_of(info.get("metadata")) or {}
    return Look(
        host=host,
        software=(text_of(software.get("name")) or "")[:_MAX_TEXT],
        version=(text_of(software.get("version")) or "")[:_MAX_TEXT],
        title=(text_of(metadata.get("nodeName")) or "")[:_MAX_TEXT],
        actor=actor,
    )


class Greeting:
    """The job, and the round at the start."""

    def __init__(self, wire: Wire, policy: Policy, resolver: Resolver, heard: Heard, knocking: Knocking) -> None:
        self._wire = wire
        self._policy = policy
        self._resolver = resolver
        self._heard = heard
        self._knocking = knocking

    async def greet_all(self) -> None:
        """Have every allowed node greeted. Raises StorageError."""
        now = self._wire.clock()
        await self._wire.db.write(_enqueue, await self._policy.hosts(), now)

    async def greet(self, job: Greet) -> None:
        """Learn who a node is and ask to follow it. Raises Unavailable if it is to be tried again.

        A node that is followed already is greeted for the breakers' sake, once: if it is away, it will greet us. If it
        answers, it is there, and what waits for it goes: it may have nothing to say that would tell us.
        """
        self._policy.forget()
        if not await self._policy.allows(job.host):
            return
        try:
            seen = await look(self._wire, self._resolver, job.host)
            if job.asks_only:
                await self._wire.db.write(_describe, seen, self._wire.clock())
                return
            node = await self._actor(seen)
        except PeerError as error:
            logger.info("%s was greeted and did not answer: %s", job.host, error)
            if job.asks_only:
                return
            if not await self._wire.db.read(_is_followed, job.host, await self._resolver.node()):
                raise Unavailable("remote") from error
            return
        await self._heard(job.host)
        if node is not None and await self._wire.db.read(_shows_ed25519, node.id):
            await self._knocking.learned(job.host, Manner.ED25519)
        await self._wire.db.write(self._meet, seen, node, self._wire.clock())

    async def _actor(self, seen: Look) -> AccountRow | None:
        """The actor of a node; one that names none may still have it where ours is. Raises PeerError."""
        if seen.actor:
            return await self._resolver.actor(seen.actor, Budget())
        try:
            return await self._resolver.actor(f"{base_url(seen.host, insecure=self._wire.insecure)}/actor", Budget())
        except (BadAnswer, BadContentType, Refused) as error:
            if isinstance(error, Refused) and error.status >= 500:
                raise
            logger.info("%s has no actor of its own: %s", seen.host, error)
            return None

    def _meet(self, tx: Tx, seen: Look, node: AccountRow | None, now: Millis) -> None:
        follow_up(tx, seen.host, now)
        pulse.follow_up(tx, seen.host, now)
        _describe(tx, seen, now)
        # Of a forum it is a relay: whoever follows it is sent everything as its boosts (decision 0047).
        meets = reading_of(peer_rows.by_host(tx, seen.host)) in (Reading.OURS, Reading.UNKNOWN)
        if node is not None and node.kind is AccountKind.APPLICATION and meets:
            peers.follow_node(tx, node, ids=self._wire.ids, urls=self._wire.urls, now=now)


def _describe(tx: Tx, seen: Look, now: Millis) -> None:
    peer_rows.describe(tx, seen.host, f"{seen.software} {seen.version}".strip(), seen.title, now)


def _enqueue(tx: Tx, hosts: list[str], now: Millis) -> None:
    for host in hosts:
        jobs.enqueue(tx, Greet(host=host), key=host, due=now)


def _is_followed(tx: Tx, host: str, node: AccountId) -> bool:
    return known.wanted(tx, node, host, node).node_since is not None


def _shows_ed25519(tx: Tx, node: AccountId) -> bool:
    return any(key.algorithm is Algorithm.ED25519 for key in keys.public_keys(tx, node))


async def _json(wire: Wire, resolver: Resolver, url: str) -> dict[str, object]:
    await resolver.admit(url)
    fetched = await wire.client.fetch(
        url,
        accept=f"application/json, {JRD_TYPE}",
        key=await resolver.key(),
        max_bytes=_MAX_ANSWER,
        kinds=("application/json", JRD_TYPE),
    )
    try:
        return decode(fetched.body)
    except BadDocument as cause:
        raise BadAnswer(cause.reason, url) from cause


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in many(value) if isinstance(item, dict)]
