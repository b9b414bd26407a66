"""POST to an inbox: checked in the order of what a check costs us, stored once, answered; applied later.

size, type → the host of the key against the policy (no key is fetched for a stranger) → pace → date, digest, key,
signature → the key's owner is the actor, on one origin, or the actor's own proof is there → suspended or not → stored
with its id → 202.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from federation.bodies import media_type
from federation.document import BadDocument, decode, fields_of, id_of
from federation.incoming.apply import OF_SUSPENDED
from federation.incoming.replays import Replays
from federation.policy import Pace
from federation.read.activities import read_activity
from federation.signers import OwnerGone, Refusal, Signer, Signers
from federation.signing.cavage import Header, SignedRequest
from federation.signing.proofs import BadProof, check, read_proof
from federation.synchronisation import Listener
from federation.vocabulary import Activity
from federation.wire import Wire
from storage import accounts, inbox
from storage.engine.database import Tx
from storage.ids import Millis

MAX_BODY = 1024 * 1024
ACCEPTED = 202
_TYPES = ("application/activity+json", "application/ld+json")
_REPEATED = frozenset({"Add", "Remove"})
"""Mastodon sends these without an id."""

Heard = Callable[[str], Awaitable[None]]
"""Told of each host that has proved to be there."""


class Receiver:
    """The inbox's door. `stored` is called after each activity that was kept."""

    def __init__(
        self, wire: Wire, signers: Signers, heard: Heard, listener: Listener, stored: Callable[[], None]
    ) -> None:
        self._wire = wire
        self._signers = signers
        self._heard = heard
        self._listener = listener
        self._stored = stored
        self._replays = Replays()
        limits = wire.settings.limits
        self._pace = Pace(0 if limits.off else limits.per_peer)

    async def receive(self, target: str, headers: Sequence[Header], read: Callable[[], Awaitable[bytes]]) -> None:
        """Accept an activity. `target` and `headers` are as they came; `read` gives the body. Raises Refusal.

        Returns only when the activity is stored for good, or is one that needs nothing any more.
        """
        _check_kind(headers)
        signature, host = await self._signers.admit(headers)
        wait = self._pace.wait(host, self._signers.pace(host))
        if wait:
            raise Refusal(429, "too many activities in a minute", retry_after=wait)
        body = await read()
        signer = await self._signer(signature.key_id, body)
        if signer is None:
            return
        request = SignedRequest(method="POST", target=target, headers=headers, body=body)
        signer = await self._signers.verify(signature, request, signer)
        if self._replays.has(signature, self._wire.clock()):
            return
        await self._heard(host)
        proven = signer.key.owner
        fields, activity = _activity(body, self._wire.insecure)
        if activity.actor != proven:
            if signer.is_deleted or signer.is_suspended:
                raise Refusal(403, "the sender is suspended here")
            signer = await self._proved(fields, activity)
        if signer.is_deleted:
            return
        if signer.is_suspended and activity.kind not in OF_SUSPENDED:
            raise Refusal(403, "the actor is suspended here")
        id = _id(activity, body, signature.signature)
        if await self._wire.db.write(_store, id, activity, body.decode(), self._wire.clock()):
            self._stored()
        if activity.actor == proven:
            await self._listener.heard(headers, signature, signer.account)
        self._replays.take(signature, self._wire.clock())

    async def _signer(self, key_id: str, body: bytes) -> Signer | None:
        """The key, known or fetched; None when nothing is to be done any more. Raises Refusal."""
        signer = await self._signers.known(key_id)
        if signer is not None:
            return signer
        deleted = _deleted_actor(body, self._wire.insecure)
        if deleted is not None and not await self._wire.db.read(_is_known, deleted):
            return None
        try:
            return await self._signers.fetched(key_id)
        except OwnerGone:
            # Its deletion was noted when the answer came; what it said before no longer matters.
            return None

    async def _proved(self, fields: dict[str, Any], activity: Activity) -> Signer:
        """The actor of an activity that somebody else brings, by its proof (FEP-8b32). Raises Refusal."""
        try:
            proof = read_proof(fields)
            if proof is None:
                raise Refusal(403, "an activity that is signed by somebody else than its actor")
            signer = await self._signers.of_proof(proof.key_id)
            check(proof, signer.key, activity.actor, self._wire.clock())
        except BadProof as cause:
            raise Refusal(401, f"a proof that does not hold: {cause}") from cause
        return signer


def _check_kind(headers: Sequence[Header]) -> None:
    kinds = [media_type(value) for name, value in headers if name == "content-type"]
    if len(kinds) != 1 or kinds[0] not in _TYPES:
        raise Refusal(415, "an inbox takes application/activity+json")
    lengths = [value for name, value in headers if name == "content-length"]
    if any(not length.isdecimal() or int(length) > MAX_BODY for length in lengths):
        raise Refusal(413, "more than 1 MiB")
    if any(name == "content-encoding" and value.strip().lower() != "identity" for name, value in headers):
        raise Refusal(415, "an inbox takes no compressed bodies")


def _activity(body: bytes, insecure: bool) -> tuple[dict[str, Any], Activity]:
    try:
        fields = decode(body)
        return fields, read_activity(fields, insecure=insecure)
    except BadDocument as cause:
        raise Refusal(cause.status, cause.reason) from cause


def _deleted_actor(body: bytes, insecure: bool) -> str | None:
    """The actor whose own end this is, if it is that."""
    try:
        fields = decode(body)
        activity = read_activity(fields, insecure=insecure)
    except BadDocument:
        return None
    inner = fields_of(fields.get("object"))
    about = id_of(inner.get("id")) if inner else id_of(fields.get("object"))
    return activity.actor if activity.kind == "Delete" and about == activity.actor else None


def _id(activity: Activity, body: bytes, signature: bytes) -> str:
    """The activity's id; one without is known by what it says.

    What is put forward, taken away and put forward again says the same twice: each time is known by its signature.
    """
    if activity.id is not None:
        return activity.id
    said = body + signature if activity.kind in _REPEATED else body
    return f"{activity.actor}#sha256-{hashlib.sha256(said).hexdigest()}"


def _is_known(tx: Tx, uri: str) -> bool:
    return accounts.by_uri(tx, uri) is not None


def _store(tx: Tx, id: str, activity: Activity, body: str, now: Millis) -> bool:
    kind = f"{activity.kind}/{activity.object.kind}" if activity.object and activity.object.kind else activity.kind
    return inbox.store(tx, id, activity.actor, kind[:200], body, now)
