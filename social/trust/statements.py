"""What a node says for its entity, so that anybody of the group can check it: a list, a count, a page of a directory.

A statement is its document with `signature` beside the other keys. What is signed is `{"statement": document}` in
canonical form, so that no statement is ever a manifest, nor the other way round.
"""

from typing import Any

import msgspec

from social.trust.canonical import NotCanonical, canonical
from social.trust.manifest import Manifest, Member
from social.trust.node_keys import NodeKey, holds


class BadStatement(ValueError):
    """A statement that is not believed. The text says why."""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was verified: who said what."""

    entity: Member
    document: dict[str, Any]


def sign_statement(key: NodeKey, document: dict[str, Any]) -> dict[str, Any]:
    """The document, signed by the node. Raises NotCanonical; ValueError for a document that has a signature."""
    if "signature" in document:
        raise ValueError("a document that is signed already")
    return {**document, "signature": {"key": key.public, "value": key.sign(_signed_bytes(document))}}


def verify_statement(manifest: Manifest, signed: dict[str, Any]) -> Statement:
    """Which entity of the manifest said this. Raises BadStatement."""
    signature = signed.get("signature")
    if not isinstance(signature, dict):
        raise BadStatement("no signature")
    key, value = signature.get("key"), signature.get("value")
    if not isinstance(key, str) or not isinstance(value, str):
        raise BadStatement("a signature without key or value")
    entity = manifest.owner_of(key)
    if entity is None:
        raise BadStatement("signed by no entity of the group")
    document = {name: part for name, part in signed.items() if name != "signature"}
    try:
        message = _signed_bytes(document)
    except NotCanonical as cause:
        raise BadStatement(str(cause)) from cause
    if not holds(key, value, message):
        raise BadStatement("the signature does not hold")
    return Statement(entity=entity, document=document)


def _signed_bytes(document: dict[str, Any]) -> bytes:
    return canonical({"statement": document})
