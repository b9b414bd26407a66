"""Whether an activity that a community brings is its actor's.

By the actor's proof (FEP-8b32), by the one origin of both, or by asking: the object, or the activity itself, at its own
id. The community's word alone is never enough: its host could say anything of anybody.
"""

from typing import Any

import msgspec

from federation.document import BadDocument
from federation.errors import BadAnswer, Gone, Unreachable
from federation.incoming.arrived import Arrived, Disagreement, with_object
from federation.names import same_origin
from federation.read.activities import read_activity
from federation.resolver import Budget, Resolver
from federation.signers import Refusal, Signers
from federation.signing.proofs import BadProof, check, read_proof
from federation.wire import Wire

_CARRIERS = ("Create", "Update")


class Believer:
    """Looks at what communities bring. One per node."""

    def __init__(self, wire: Wire, resolver: Resolver, signers: Signers) -> None:
        self._wire = wire
        self._resolver = resolver
        self._signers = signers

    async def believe(self, said: Arrived, budget: Budget) -> Arrived:
        """The same, marked as believed if what it brings is its actor's. Raises PeerError to be tried again."""
        brought, about = said.wrapped, said.activity.object
        if brought is None or about is None or about.fields is None or self._wire.is_ours(brought.activity.actor):
            return said
        if said.is_believed:
            await self._resolver.known_actor(brought.activity.actor, budget)
            return said
        if brought.wanted is None and await self._is_proved(about.fields, brought.activity.actor):
            believed: Arrived | None = brought
        else:
            believed = await self._asked(brought, budget)
        if believed is None:
            return said
        await self._resolver.known_actor(believed.activity.actor, budget)
        return msgspec.structs.replace(said, wrapped=believed, is_believed=True)

    async def _is_proved(self, fields: dict[str, Any], actor: str) -> bool:
        try:
            proof = read_proof(fields)
            if proof is None:
                return False
            signer = await self._signers.of_proof(proof.key_id)
            check(proof, signer.key, actor, self._wire.clock())
        except BadProof:
            return False
        except Refusal as refusal:
            if refusal.status == 503:
                raise Unreachable(refusal.reason, actor) from refusal
            return False
        return not signer.is_deleted and not signer.is_suspended

    async def _asked(self, brought: Arrived, budget: Budget) -> Arrived | None:
        """What the actor's own node says of it; None if that is something else. Raises PeerError."""
        activity, id = brought.activity, brought.object_id
        try:
            if activity.kind in _CARRIERS:
                if id is None or not same_origin(id, activity.actor):
                    return None
                fields = (await self._resolver.document(id, budget)).fields
                limit = self._wire.settings.posts.remote_limit
                return with_object(brought, fields, insecure=self._wire.insecure, limit=limit)
            if activity.kind == "Delete" and id is not None and same_origin(id, activity.actor):
                # PieFed goes on serving what was deleted, and has the Delete at its id; what moderators take out of
                # their own stays where it is.
                return await self._if_gone(brought, id, budget) or await self._as_told(brought, budget)
            return await self._as_told(brought, budget)
        except (Disagreement, BadAnswer, Gone):
            return None

    async def _if_gone(self, brought: Arrived, id: str, budget: Budget) -> Arrived | None:
        try:
            await self._resolver.document(id, budget)
        except Gone:
            return brought
        return None

    async def _as_told(self, brought: Arrived, budget: Budget) -> Arrived | None:
        if brought.activity.id is None:
            return None
        document = await self._resolver.document(brought.activity.id, budget)
        try:
            told = read_activity(document.fields, insecure=self._wire.insecure)
        except BadDocument:
            return None
        here = brought.activity
        same = (told.kind, told.actor, told.object and told.object.id, told.choice) == (
            here.kind,
            here.actor,
            here.object and here.object.id,
            here.choice,
        )
        return brought if same else None
