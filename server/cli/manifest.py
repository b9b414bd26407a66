"""`archipel manifest …`: the signed list of the group, made, carried by hand from node to node, and taken.

A file goes round: one node creates it, each other adds itself and signs, any of them takes it; the others get it from
there, or by the same file.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from server.cli.toolbox import CommandFailed, Toolbox, say, toolbox
from server.config import load
from social.settings import Settings
from social.trust import manifests, node_keys
from social.trust.manifest import (
    LEAST_THRESHOLD,
    BadManifest,
    Manifest,
    Member,
    Succession,
    check_signed,
    made,
    read_manifest,
    signed,
    signers,
)
from storage.ids import Millis


async def create(arguments: argparse.Namespace) -> None:
    """A first manifest with this node's entity in it, or the next version of the one that is here; signed by nobody."""
    settings = load(arguments.config)
    async with toolbox(settings) as tools:
        before = await tools.db.read(manifests.latest)
        if before is None:
            entities = [await _own(tools, arguments)]
            group, threshold, version = settings.group.name, LEAST_THRESHOLD, 1
            handed: tuple[Succession, ...] = ()
        else:
            entities = [*before.entities]
            group, threshold, version = before.group, before.threshold, before.version + 1
            handed = before.communities
        starts_at = _moment(arguments.valid_from) if arguments.valid_from else tools.clock()
        manifest = _made(
            group=arguments.group or group,
            version=version,
            starts_at=starts_at,
            threshold=arguments.threshold or threshold,
            entities=entities,
            communities=handed,
        )
    _write(arguments.file, manifest, is_new=True)
    say(f"Wrote version {manifest.version} to {arguments.file}: {len(manifest.entities)} entities, nobody has signed.")


async def add(arguments: argparse.Namespace) -> None:
    """Put this node's entity into a file, with the key that the node has now; or change what is said of it."""
    manifest = _read(arguments.file)
    async with toolbox(load(arguments.config)) as tools:
        own = await _own(tools, arguments, manifest)
    kept = [entity for entity in manifest.entities if entity.id != own.id]
    place = next((place for place, one in enumerate(manifest.entities) if one.id == own.id), len(kept))
    _rewrite(arguments.file, manifest, [*kept[:place], own, *kept[place:]])
    say(f"{own.name} ({own.id}, {own.domain}) is in {arguments.file}; whoever had signed signs again.")


async def remove(arguments: argparse.Namespace) -> None:
    """Take an entity out of a file."""
    manifest = _read(arguments.file)
    kept = [entity for entity in manifest.entities if entity.id != arguments.entity]
    if len(kept) == len(manifest.entities):
        raise CommandFailed(f"{arguments.file} names no entity {arguments.entity}")
    _rewrite(arguments.file, manifest, kept)
    say(f"{arguments.entity} is out of {arguments.file}; whoever had signed signs again.")


async def hand_over(arguments: argparse.Namespace) -> None:
    """Say in a file that a community whose host is gone goes on as another one, by their ids."""
    manifest = _read(arguments.file)
    kept = [one for one in manifest.communities if one.community != arguments.community]
    handed = [*kept, Succession(community=arguments.community, successor=arguments.successor)]
    _rewrite(arguments.file, manifest, list(manifest.entities), handed)
    say(f"{arguments.community} goes on as {arguments.successor}; whoever had signed signs again.")


async def sign(arguments: argparse.Namespace) -> None:
    """Sign a file for this node's entity. Read it first: `show`."""
    manifest = _read(arguments.file)
    async with toolbox(load(arguments.config)) as tools:
        key = await tools.db.write(node_keys.node_key, now=tools.clock())
        before = await tools.db.read(manifests.latest)
    found = manifest.owner_of(key.public) or (before.owner_of(key.public) if before is not None else None)
    if found is None:
        raise CommandFailed(f"{arguments.file} does not name this node's key: `archipel manifest add` first")
    manifest = signed(manifest, found.id, key)
    _write(arguments.file, manifest)
    say(f"Signed for {found.id}: {_count(manifest)}.")


async def verify(arguments: argparse.Namespace) -> None:
    """Whether a file would be taken here, and who signed it."""
    manifest = _read(arguments.file)
    async with toolbox(load(arguments.config)) as tools:
        before = await tools.db.read(manifests.latest)
    if before is not None and before.document == manifest.document:
        say(f"Version {manifest.version} is here already.")
        return
    try:
        check_signed(manifest, before)
    except BadManifest as error:
        raise CommandFailed(f"{arguments.file} would be refused: {error}") from error
    say(f"Version {manifest.version} would be taken: {_count(manifest)}.")
    if before is None:
        say("It is the first one here: look at its entities and keys (`archipel manifest show FILE`) first.")


async def apply(arguments: argparse.Namespace) -> None:
    """Take a file: from its time on it decides who is let in. The nodes that it names are told."""
    text = _text(arguments.file)
    async with toolbox(load(arguments.config)) as tools:
        try:
            taken = await tools.db.write(manifests.take, text, now=tools.clock())
        except BadManifest as error:
            raise CommandFailed(f"{arguments.file} is refused: {error}") from error
    if taken is None:
        say("This version is here already.")
    else:
        entities = len(taken.entities)
        say(f"Version {taken.version} of {taken.group} is taken: {entities} entities, from {taken.valid_from}.")


async def show(arguments: argparse.Namespace) -> None:
    """A file, or the version that this node has taken last."""
    async with toolbox(load(arguments.config)) as tools:
        if arguments.file is not None:
            manifest = _read(arguments.file)
        else:
            taken = await tools.db.read(manifests.latest)
            if taken is None:
                key = await tools.db.write(node_keys.node_key, now=tools.clock())
                raise CommandFailed(f"no manifest was taken here; the key of this node is {key.public}")
            manifest = taken
    say(f"{manifest.group}, version {manifest.version}, from {manifest.valid_from}: {_count(manifest)}")
    have_signed = signers(manifest, manifest)
    for entity in manifest.entities:
        mark = "signed" if entity.id in have_signed else "not signed"
        say(f"{entity.id}\t{entity.name}\t{entity.place}\t{entity.domain}\t{entity.zone}\t{mark}")
        for text in entity.keys:
            say(f"\t{text}")


async def _own(tools: Toolbox, arguments: argparse.Namespace, manifest: Manifest | None = None) -> Member:
    """This node's entity: by its configuration, by what the file said, and by what the command says."""
    key = await tools.db.write(node_keys.renew if arguments.new_key else node_keys.node_key, now=tools.clock())
    return own_member(tools.settings, key.public, manifest, arguments)


def own_member(
    settings: Settings, key: str, manifest: Manifest | None = None, said: argparse.Namespace | None = None
) -> Member:
    """The entity of a node. What the command says counts first, then the manifest, then the configuration."""
    domain = settings.node.domain
    configured, known = settings.entity_of(""), manifest.entity_at(domain) if manifest is not None else None
    fields: dict[str, str] = {}
    for name in ("id", "name", "place", "colour", "zone"):
        found = [getattr(source, name, "") for source in (said, known, configured) if source is not None]
        fields[name] = next((value for value in found if value), "")
    fields["id"] = fields["id"] or domain.partition(".")[0].partition(":")[0]
    fields["name"] = fields["name"] or settings.node.title
    # The key of before still counts until everybody has this version.
    former = [old for old in (known.keys if known is not None else ()) if old != key]
    try:
        return msgspec.convert({**fields, "domain": domain, "keys": [key, *former[:1]]}, Member)
    except msgspec.ValidationError as error:
        raise CommandFailed(f"this node's entity cannot be written: {error}") from error


def _count(manifest: Manifest) -> str:
    return f"{len(signers(manifest, manifest))} of {manifest.threshold} signatures that are needed"


def _rewrite(
    file: Path, manifest: Manifest, entities: list[Member], communities: Sequence[Succession] | None = None
) -> None:
    changed = _made(
        group=manifest.group,
        version=manifest.version,
        starts_at=manifest.starts_at,
        threshold=manifest.threshold,
        entities=entities,
        communities=manifest.communities if communities is None else communities,
    )
    _write(file, changed)


def _made(**said: Any) -> Manifest:
    try:
        return made(**said)
    except BadManifest as error:
        raise CommandFailed(f"that would be no manifest: {error}") from error


def _moment(text: str) -> Millis:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandFailed(f"{text} is no time: write it like 2027-01-31T08:00:00Z") from error
    return Millis(int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000))


def _read(file: Path) -> Manifest:
    try:
        return read_manifest(_text(file))
    except BadManifest as error:
        raise CommandFailed(f"{file}: {error}") from error


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{file} is no text") from error


def _write(file: Path, manifest: Manifest, *, is_new: bool = False) -> None:
    with file.open("x" if is_new else "w", encoding="utf-8") as out:
        out.write(manifest.text)
