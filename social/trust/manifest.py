"""The manifest: the signed list of the group's entities, their nodes and keys. Format: docs/reference/manifest.md.

A version is signed by entities over its canonical bytes without the signatures. Nothing here asks the database.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from social.settings import Entity, GroupSettings
from social.trust.canonical import NotCanonical, canonical
from social.trust.multikey import BadMultikey, ed25519_key
from social.trust.node_keys import NodeKey, holds
from storage.ids import Millis

KIND = "ArchipelManifest"
MAX_BYTES = 1024 * 1024
MAX_ENTITIES = 500
MAX_KEYS = 4
MAX_COMMUNITIES = 1_000
LEAST_THRESHOLD = 2

Text = Annotated[str, Meta(min_length=1, max_length=100)]


class BadManifest(ValueError):
    """A manifest that is not taken. The text says why, for the operator."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An entity. `keys` are the public keys of its node, any of which signs for it; `zone` is where its data lie."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Text
    domain: Annotated[str, Meta(min_length=1, max_length=253)]
    keys: Annotated[tuple[str, ...], Meta(min_length=1, max_length=MAX_KEYS)]
    colour: Annotated[str, Meta(pattern=r"^(#[0-9a-f]{6})?$")] = ""
    place: Annotated[str, Meta(max_length=100)] = ""
    zone: Annotated[str, Meta(max_length=100)] = ""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A signature of an entity, by one of its keys."""

    entity: str
    key: str
    value: str


class Succession(msgspec.Struct, frozen=True, kw_only=True):
    """A community whose host is gone, and the one that goes on in its place, by their ids."""

    community: Annotated[str, Meta(min_length=10, max_length=500)]
    successor: Annotated[str, Meta(min_length=10, max_length=500)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One version. `document` is the whole as it was written: what this node does not know is signed too."""

    type: str
    group: Text
    version: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    valid_from: str
    threshold: Annotated[int, Meta(ge=LEAST_THRESHOLD)]
    entities: Annotated[tuple[Member, ...], Meta(min_length=1, max_length=MAX_ENTITIES)]
    communities: Annotated[tuple[Succession, ...], Meta(max_length=MAX_COMMUNITIES)] = ()
    signatures: tuple[Mark, ...] = ()
    document: dict[str, Any] = {}

    @property
    def starts_at(self) -> Millis:
        """When it comes into force. Raises BadManifest."""
        try:
            moment = datetime.fromisoformat(self.valid_from)
        except ValueError as cause:
            raise BadManifest(f"validFrom is no time: {self.valid_from}") from cause
        if moment.tzinfo is None:
            raise BadManifest("validFrom has no time zone")
        return Millis(int(moment.timestamp() * 1000))

    @property
    def domains(self) -> frozenset[str]:
        """The nodes of the group."""
        return frozenset(entity.domain for entity in self.entities)

    def entity(self, id: str) -> Member | None:
        """The entity with that short name."""
        return next((entity for entity in self.entities if entity.id == id), None)

    def entity_at(self, domain: str) -> Member | None:
        """The entity whose node is at that domain."""
        return next((entity for entity in self.entities if entity.domain == domain), None)

    def owner_of(self, key: str) -> Member | None:
        """The entity whose key that is."""
        return next((entity for entity in self.entities if key in entity.keys), None)

    @property
    def text(self) -> str:
        """The manifest as it is kept and sent."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def read_manifest(text: str) -> Manifest:
    """The manifest in a text, consistent in itself; whether it is signed is another question. Raises BadManifest."""
    if len(text.encode()) > MAX_BYTES:
        raise BadManifest("more than 1 MiB")
    try:
        document = json.loads(text, object_pairs_hook=_unique)
        canonical(document)
        manifest = msgspec.convert(document, Manifest)
    except (ValueError, msgspec.ValidationError, NotCanonical, RecursionError) as cause:
        raise BadManifest(f"not a manifest: {cause}") from cause
    manifest = msgspec.structs.replace(manifest, document=document)
    _check(manifest)
    return manifest


def made(
    *,
    group: str,
    version: int,
    starts_at: Millis,
    threshold: int,
    entities: Sequence[Member],
    communities: Sequence[Succession] = (),
) -> Manifest:
    """A new manifest, signed by nobody yet. Raises BadManifest."""
    document: dict[str, Any] = {
        "type": KIND,
        "group": group,
        "version": version,
        "validFrom": f"{datetime.fromtimestamp(starts_at // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "threshold": threshold,
        "entities": [msgspec.to_builtins(entity) for entity in entities],
        "signatures": [],
    }
    if communities:
        document["communities"] = [msgspec.to_builtins(one) for one in communities]
    return read_manifest(json.dumps(document))


def signed(manifest: Manifest, entity: str, key: NodeKey) -> Manifest:
    """The manifest with one signature more; what the entity signed before by that key is replaced."""
    mark = Mark(entity=entity, key=key.public, value=key.sign(_signed_bytes(manifest)))
    others = [old for old in manifest.signatures if (old.entity, old.key) != (entity, key.public)]
    marks = [msgspec.to_builtins(one) for one in (*others, mark)]
    return read_manifest(json.dumps({**manifest.document, "signatures": marks}))


def signers(manifest: Manifest, by: Manifest) -> frozenset[str]:
    """Which entities of `by` have signed the manifest, by keys that `by` knows."""
    message = _signed_bytes(manifest)
    found = set()
    for mark in manifest.signatures:
        entity = by.entity(mark.entity)
        if entity is not None and mark.key in entity.keys and holds(mark.key, mark.value, message):
            found.add(entity.id)
    return frozenset(found)


def check_signed(manifest: Manifest, before: Manifest | None) -> None:
    """Return if enough entities have signed: of the manifest itself, and of the one before. Raises BadManifest."""
    own = signers(manifest, manifest)
    if len(own) < manifest.threshold:
        raise BadManifest(f"signed by {len(own)} of its entities, and {manifest.threshold} are needed")
    if before is None:
        return
    if manifest.version <= before.version:
        raise BadManifest(f"version {manifest.version} is not above {before.version}, which is here")
    quorum = signers(manifest, before)
    if len(quorum) < before.threshold:
        raise BadManifest(
            f"signed by {len(quorum)} entities of version {before.version}, and {before.threshold} are needed"
        )


def group_of(manifest: Manifest) -> GroupSettings:
    """The group as the faces of a node show it."""
    return GroupSettings(
        name=manifest.group,
        entities=tuple(
            Entity(id=entity.id, name=entity.name, place=entity.place, domain=entity.domain, colour=entity.colour)
            for entity in manifest.entities
        ),
    )


def _check(manifest: Manifest) -> None:
    if manifest.type != KIND:
        raise BadManifest(f"its type is not {KIND}")
    if manifest.threshold > max(len(manifest.entities), LEAST_THRESHOLD):
        raise BadManifest("its threshold is above the number of its entities")
    for what, values in (
        ("id", [entity.id for entity in manifest.entities]),
        ("domain", [entity.domain for entity in manifest.entities]),
        ("community", [one.community for one in manifest.communities]),
        ("key", [key for entity in manifest.entities for key in entity.keys]),
    ):
        if len(set(values)) != len(values):
            raise BadManifest(f"the same {what} twice")
    for entity in manifest.entities:
        if entity.domain != entity.domain.lower() or any(letter in entity.domain for letter in " /@#?"):
            raise BadManifest(f"{entity.domain} is no domain in lower case")
        for key in entity.keys:
            try:
                ed25519_key(key)
            except BadMultikey as cause:
                raise BadManifest(f"a key of {entity.id} is none: {cause}") from cause
    if manifest.starts_at < 0:
        raise BadManifest("validFrom lies before 1970")


def _signed_bytes(manifest: Manifest) -> bytes:
    return canonical({name: value for name, value in manifest.document.items() if name != "signatures"})


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key twice in one object")
    return fields
