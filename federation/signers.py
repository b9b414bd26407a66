"""Who signed a request: the host against the policy first, then the key, then the signature.

A key is looked for in memory, in the database, and at last where its id says, by a short fetch. A signature that fails
against a known key makes the node fetch the actor once more, at most once in five minutes for each key. What could not
be fetched is not asked for again at once, so that bad requests cost their senders more than us; unless its host, which
was away, has proved to be there since.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from federation.errors import Gone, PeerError, Refused, Unreachable
from federation.names import is_id
from federation.policy import Policy
from federation.resolver import Budget, Exhausted, Resolver
from federation.signing.cavage import (
    Header,
    Signature,
    SignatureError,
    SignedRequest,
    Unproven,
)
from federation.signing.keys import BadKey, VerifyKey, verify_key
from federation.signing.knocking import Knocking, Manner
from federation.signing.schemes import read_signature, verify
from federation.wire import Wire
from social.people import keys
from storage import accounts
from storage.accounts import AccountKind
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.keys import KeyRow

V = TypeVar("V")

KEPT_SECONDS = 10.0
"""How long a key and its owner's state are believed without a look into the database."""
REFETCH_SECONDS = 300.0
TRANSIENT_SECONDS = 30.0
FORGIVEN_SECONDS = 0.5
"""How old a failure must be that is forgotten when its host is heard: a key is asked for no oftener."""
REFUSED_SECONDS = 300.0
KEPT_KEYS = 20_000
FETCH_REQUESTS = 4
FETCH_SECONDS = 8.0
_NODES = (AccountKind.APPLICATION, AccountKind.SERVICE)


class Refusal(Exception):
    """The request is answered with `status` and nothing else. `retry_after` is in seconds."""

    def __init__(self, status: int, reason: str, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """A key with its owner. `is_node`: the actor stands for its node and not for a person."""

    key: VerifyKey
    host: str
    account: AccountId
    is_node: bool
    is_suspended: bool
    is_deleted: bool


class OwnerGone(Refusal):
    """The key is not to be had because its owner was deleted for good (410)."""


class Signers:
    """Keys in use. One per node."""

    def __init__(
        self,
        wire: Wire,
        policy: Policy,
        resolver: Resolver,
        knocking: Knocking,
        *,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = wire
        self._policy = policy
        self._resolver = resolver
        self._knocking = knocking
        self._tick = tick
        self._kept: dict[str, tuple[float, Signer]] = {}
        self._failed: dict[str, tuple[float, Refusal]] = {}
        self._unreached: set[str] = set()
        self._refetched: dict[str, float] = {}

    async def admit(self, headers: Sequence[Header]) -> tuple[Signature, str]:
        """A request's signature and the host that it names, if that is allowed. Fetches nothing. Raises Refusal."""
        try:
            signature = read_signature(headers)
        except SignatureError as cause:
            raise Refusal(cause.status, cause.reason) from cause
        return signature, await self._allowed(signature.key_id)

    async def of_proof(self, key_id: str) -> Signer:
        """The key of a proof, known or fetched. Raises Refusal."""
        await self._allowed(key_id)
        return await self.known(key_id) or await self.fetched(key_id)

    def pace(self, host: str) -> int:
        """How many activities a minute the host may send by an administrator's word; 0: as all may."""
        return self._policy.pace(host)

    async def known(self, key_id: str) -> Signer | None:
        """The key if it is known here."""
        kept = self._kept.get(key_id)
        if kept is not None and self._tick() - kept[0] < KEPT_SECONDS:
            return kept[1]
        found = await self._wire.db.read(_signer, key_id)
        signer = None if found is None else self._made(found)
        if signer is not None:
            _put(self._kept, key_id, (self._tick(), signer))
        return signer

    async def fetched(self, key_id: str) -> Signer:
        """The key, fetched from its owner now. Raises Refusal: 503 if it cannot be had just now."""
        failed = self._failed.get(key_id)
        if failed is not None and failed[0] > self._tick():
            raise failed[1]
        try:
            await self._resolver.owner(key_id, Budget(FETCH_REQUESTS, FETCH_SECONDS))
        except PeerError as cause:
            refusal = _refusal(cause)
            kept = TRANSIENT_SECONDS if refusal.status == 503 else REFUSED_SECONDS
            _put(self._failed, key_id, (self._tick() + kept, refusal))
            if refusal.status == 503:
                self._unreached.add(self._wire.host_of(key_id) or "")
            raise refusal from cause
        self._failed.pop(key_id, None)
        self._kept.pop(key_id, None)
        signer = await self.known(key_id)
        if signer is None:
            raise Refusal(401, "the key cannot be read")
        # What the owner lists no longer is refused from now on.
        for other in [id for id, (_, kept) in self._kept.items() if kept.key.owner == signer.key.owner]:
            if other != key_id:
                del self._kept[other]
        return signer

    async def verify(self, signature: Signature, request: SignedRequest, signer: Signer) -> Signer:
        """Whose key made the signature: `signer`, or the same owner with a new key. Raises Refusal."""
        try:
            self.compare(signature, request, signer)
        except Unproven as cause:
            if not self._may_refetch(signature.key_id):
                raise Refusal(401, cause.reason) from cause
            signer = await self.fetched(signature.key_id)
            try:
                self.compare(signature, request, signer)
            except SignatureError as again:
                raise Refusal(again.status, again.reason) from again
        except SignatureError as cause:
            raise Refusal(cause.status, cause.reason) from cause
        if signature.is_message:
            # Who signs so reads it too.
            await self._knocking.learned(signer.host, Manner.ED25519 if signer.key.is_ed25519 else Manner.MESSAGE)
        return signer

    def compare(self, signature: Signature, request: SignedRequest, signer: Signer) -> None:
        """Return if the signature holds against this very key. Raises SignatureError."""
        verify(signature, request, signer.key, self._wire.clock(), self._wire.urls.base)

    def heard(self, host: str) -> None:
        """The host is there: keys that could not be fetched from it for a moment are asked for again."""
        if host not in self._unreached:
            return
        late = self._tick() + TRANSIENT_SECONDS - FORGIVEN_SECONDS
        mine = [
            id for id, (_, refusal) in self._failed.items() if refusal.status == 503 and self._wire.host_of(id) == host
        ]
        for key_id in mine:
            if self._failed[key_id][0] <= late:
                del self._failed[key_id]
        if not any(key_id in self._failed for key_id in mine):
            self._unreached.discard(host)

    def forget(self, key_id: str) -> None:
        """Look at the key anew at its next use."""
        self._kept.pop(key_id, None)

    async def _allowed(self, key_id: str) -> str:
        """The host of a key, if this node speaks with it. Raises Refusal."""
        if not is_id(key_id, insecure=self._wire.insecure):
            raise Refusal(401, "the id of the key is no URL that this node would ask for")
        host = self._wire.host_of(key_id)
        if host is None or not await self._policy.allows(host):
            raise Refusal(403, "this node does not speak with yours")
        return host

    def _may_refetch(self, key_id: str) -> bool:
        now = self._tick()
        if now - self._refetched.get(key_id, -REFETCH_SECONDS) < REFETCH_SECONDS:
            return False
        _put(self._refetched, key_id, now)
        return True

    def _made(self, found: tuple[KeyRow, bool]) -> Signer | None:
        row, is_node = found
        try:
            key = verify_key(row.id, row.owner_uri, row.public_pem)
        except BadKey:
            # Stored before the rules of today: fetched anew as if it were unknown.
            return None
        return Signer(
            key=key,
            host=row.owner_domain,
            account=row.account_id,
            is_node=is_node,
            is_suspended=row.is_suspended,
            is_deleted=row.is_deleted,
        )


def _signer(tx: Tx, key_id: str) -> tuple[KeyRow, bool] | None:
    row = keys.verify_key(tx, key_id)
    owner = accounts.by_id(tx, row.account_id) if row is not None else None
    if row is None or owner is None or owner.is_local:
        return None
    return row, owner.kind in _NODES


def _refusal(error: PeerError) -> Refusal:
    """What the sender is told: 503 when another try may help, for some drop an activity for good at anything else."""
    if isinstance(error, Gone):
        return OwnerGone(401, "the owner of the key is gone")
    if isinstance(error, Unreachable | Exhausted):
        return Refusal(503, "the key cannot be fetched just now", retry_after=round(TRANSIENT_SECONDS))
    if isinstance(error, Refused) and error.status != 404:
        return Refusal(503, "the key is not given to this node just now", retry_after=round(TRANSIENT_SECONDS))
    return Refusal(401, f"the key cannot be used: {error.reason}")


def _put(kept: dict[str, V], key: str, value: V) -> None:
    """Keep a value; a dictionary that has grown too large starts anew."""
    if len(kept) >= KEPT_KEYS:
        kept.clear()
    kept[key] = value
