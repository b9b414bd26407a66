"""What a node says for its entity, so that anybody of the group can check it: a list, a count, a page of a directory.

A statement is its document with `signature` beside the other keys. What is signed is `{"statement": document}` in
canonical form, so that no statement is ever a manifest, nor the other way round.
"""

from typing import Any, TypeVar

import msgspec

from social.trust.canonical import NotCanonical, canonical
from social.trust.manifest import Manifest, Member
from social.trust.node_keys import NodeKey, holds

Document = TypeVar("Document", bound=msgspec.Struct)


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


def document_of(manifest: Manifest, signed: dict[str, Any], host: str) -> dict[str, Any]:
    """What the node `host` says for its entity. Raises BadStatement, also for what another one signed."""
    statement = verify_statement(manifest, signed)
    if statement.entity.domain != host:
        raise BadStatement(f"signed by {statement.entity.id}, told by {host}")
    return statement.document


def said_by(manifest: Manifest, signed: dict[str, Any], host: str, kind: type[Document]) -> Document:
    """The same, as the kind of document that it has to be. Raises BadStatement for another one too."""
    try:
        return msgspec.convert(document_of(manifest, signed, host), kind)
    except msgspec.ValidationError as cause:
        raise BadStatement(f"no {kind.__name__}: {cause}") from cause


def _signed_bytes(document: dict[str, Any]) -> bytes:
    return canonical({"statement": document})
