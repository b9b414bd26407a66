"""Proofs of documents (FEP-8b32, eddsa-jcs-2022): an activity is believed from whoever brings it.

What is signed is the SHA-256 of the canonical proof without its value, then that of the canonical document without its
proof. A proof covers every key of its document: nothing is added to it, left out, or written anew on its way.
"""

import hashlib
from typing import Any

import msgspec

from federation.document import many, time_of
from federation.signing.cavage import CLOCK_SKEW
from federation.signing.keys import SigningKey, VerifyKey
from federation.vocabulary import PROOF_CONTEXT_URL
from social.clock import iso
from social.trust.canonical import NotCanonical, canonical
from social.trust.multikey import BadMultikey, decoded, encoded
from storage.ids import Millis

SUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"
_TYPE = "DataIntegrityProof"
_SIGNATURE_BYTES = 64


class BadProof(ValueError):
    """A document whose proof does not hold. The text says why, for the log and the answer."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What a document's proof says: which key, the bytes that were signed, the signature."""

    key_id: str
    signed: bytes
    signature: bytes
    created: int
    expires: int | None


def with_proof(document: dict[str, Any], key: SigningKey, now: Millis) -> dict[str, Any]:
    """The document with a proof by an Ed25519 key of its actor."""
    context = [*many(document.get("@context"))]
    if PROOF_CONTEXT_URL not in context:
        # Strings first: what others look for at the beginning stays there.
        texts = [part for part in context if isinstance(part, str)]
        context = [*texts, PROOF_CONTEXT_URL, *(part for part in context if not isinstance(part, str))]
    document = {**document, "@context": context}
    proof = {
        "@context": context,
        "type": _TYPE,
        "cryptosuite": SUITE,
        "verificationMethod": key.id,
        "proofPurpose": PURPOSE,
        "created": iso(now),
    }
    value = encoded(key.sign(_signed(proof, document)))
    return {**document, "proof": {**proof, "proofValue": value}}


def has_proof(document: dict[str, Any]) -> bool:
    """Whether a document carries a proof of the kind that is read here, good or bad."""
    proof = document.get("proof")
    return isinstance(proof, dict) and proof.get("cryptosuite") == SUITE


def read_proof(document: dict[str, Any]) -> Proof | None:
    """The proof of a document that came through the guarded decoder, or None. Raises BadProof."""
    proof = document.get("proof")
    if proof is None:
        return None
    if not isinstance(proof, dict) or proof.get("type") != _TYPE or proof.get("cryptosuite") != SUITE:
        raise BadProof("not one proof by eddsa-jcs-2022")
    if proof.get("proofPurpose") != PURPOSE:
        raise BadProof("a proof for another purpose than assertionMethod")
    key_id, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(key_id, str) or not isinstance(value, str):
        raise BadProof("a proof without key or value")
    created, expires = time_of(proof.get("created")), time_of(proof.get("expires"))
    if created is None or (expires is None and "expires" in proof):
        raise BadProof("a proof without the time of its making, or with an end that is no time")
    # An LD signature was put on the whole (FEP-8b32); it is no part of what the proof covers.
    bare = {name: part for name, part in document.items() if name not in ("proof", "signature")}
    options = {name: part for name, part in proof.items() if name != "proofValue"}
    try:
        signature, signed = decoded(value), _signed(options, _in_context(bare, proof))
    except (BadMultikey, NotCanonical) as cause:
        raise BadProof(str(cause)) from cause
    if len(signature) != _SIGNATURE_BYTES:
        raise BadProof("a value of another length than a signature")
    return Proof(key_id=key_id, signed=signed, signature=signature, created=created, expires=expires)


def check(proof: Proof, key: VerifyKey, actor: str, now: int) -> None:
    """Return if the proof is the actor's, by this key, at `now` (ms). Raises BadProof."""
    if key.id != proof.key_id or key.owner != actor:
        raise BadProof("a proof by somebody else than the actor")
    if not key.is_ed25519 or not key.verifies(proof.signed, proof.signature):
        raise BadProof("the proof does not verify")
    if proof.created > now + CLOCK_SKEW:
        raise BadProof("a proof from the future")
    if proof.expires is not None and proof.expires < now - CLOCK_SKEW:
        raise BadProof("a proof that is no longer good")


def _signed(options: dict[str, Any], document: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(document)).digest()


def _in_context(document: dict[str, Any], proof: dict[str, Any]) -> dict[str, Any]:
    """The document in the proof's own context, with which the document's must begin.

    One that has none is an inner activity that PieFed passes on: it takes off what the outer one says again.
    What was signed is the same.
    """
    if "@context" not in proof:
        return document
    if "@context" not in document:
        return {**document, "@context": proof["@context"]}
    own, theirs = many(document.get("@context")), many(proof["@context"])
    if own[: len(theirs)] != theirs:
        raise BadProof("a proof in another context than the document's")
    return {**document, "@context": proof["@context"]}
